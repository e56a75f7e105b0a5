"""Background work: jobs that exist if and only if their transaction committed, and tickers that run exclusively."""
