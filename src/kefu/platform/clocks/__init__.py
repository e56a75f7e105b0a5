"""Targets on a working calendar: clocks that warn, breach and escalate, each step once."""
