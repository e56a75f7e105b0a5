"""Files that people and machines hand in: checked by content, kept safely, served with their right."""
