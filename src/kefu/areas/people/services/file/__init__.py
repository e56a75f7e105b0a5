"""Writes to the personal file of an employee."""
