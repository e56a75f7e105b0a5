"""The pages of requests and chains."""
