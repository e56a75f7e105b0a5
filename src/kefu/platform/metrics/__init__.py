"""Metrics: the catalogue of numbers, the query builder over interval facts, and their upkeep by dirty bucket."""
