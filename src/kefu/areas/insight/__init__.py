"""Insight: wallboard and reports over the metric catalogue."""
