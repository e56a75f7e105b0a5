"""Where the room computes: pure normalisers and folds, no ORM."""
