"""The pages of first-run set-up."""
