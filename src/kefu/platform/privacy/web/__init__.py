"""The reveal dialog."""
