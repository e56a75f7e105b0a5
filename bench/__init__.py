"""Benchmarks: every claim about speed is a ratio against a named peer or limit, measured in one run."""
