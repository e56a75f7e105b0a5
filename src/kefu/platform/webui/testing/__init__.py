"""Tests of pages in a real browser: the plugin, the registry of pages, the checks."""
