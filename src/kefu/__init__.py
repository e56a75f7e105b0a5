"""Kefu (客服): one system that runs a customer-service centre."""

__version__ = "0.1.0"
