"""What the test suite stands on: a database cloned from a template, and a closed network."""
