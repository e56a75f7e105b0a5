"""The pages that belong to the shell itself."""
