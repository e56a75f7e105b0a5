"""Keeping personal data no longer than needed: inventory, retention, legal holds, requests of the people concerned."""
