"""Messages that leave the house: mail, SMS and webhooks, each sent at most once or known to be in doubt."""
