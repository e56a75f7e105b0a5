"""Events that leave with their transaction, and the handlers that react to each of them once."""
