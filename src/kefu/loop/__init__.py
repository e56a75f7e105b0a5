"""The closed loop: one module per arrow, each a table "when event A, call service B"."""
