"""The pages of personal files."""
