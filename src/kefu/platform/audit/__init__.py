"""The audit trail: append-only, sealed into a hash chain, verifiable."""
