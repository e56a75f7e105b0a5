"""Promises about personal data, kept through every app at once."""
