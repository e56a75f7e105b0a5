"""What nobody may get around, walked route by route."""
