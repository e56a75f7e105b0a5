"""Pure Python that knows no model: actor, errors, clock, scope, events, metrics, registries."""
