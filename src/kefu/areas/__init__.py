"""The rooms of the centre."""
