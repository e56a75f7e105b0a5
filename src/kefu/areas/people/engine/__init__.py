"""What the room computes, without the database."""
