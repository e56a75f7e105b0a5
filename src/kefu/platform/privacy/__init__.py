"""The vault: personal values are stored once, encrypted, and addressed by a keyed hash."""
