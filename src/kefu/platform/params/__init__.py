"""Typed settings that people change in the browser, with a dated history."""
