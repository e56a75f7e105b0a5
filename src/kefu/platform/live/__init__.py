"""Live pages: topics with a newest snapshot, and one multiplexed event stream per browser."""
