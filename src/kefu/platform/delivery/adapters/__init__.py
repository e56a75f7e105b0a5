"""Talking to mail servers, SMS gateways and webhook receivers: I/O only."""
