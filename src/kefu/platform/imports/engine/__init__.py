"""Reads foreign tables: what the file is, its header, its rows, its values."""
