"""Talks with the outside."""
