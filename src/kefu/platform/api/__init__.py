"""The HTTP API's base: one OpenAPI document, one way to sign in, page, repeat safely and report errors."""
