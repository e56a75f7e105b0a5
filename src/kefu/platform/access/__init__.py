"""Who may sign in and on whose rows they may do what."""
