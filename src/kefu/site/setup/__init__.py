"""First-run set-up: the one-time link that claims an installation, and the checklist of a new centre."""
