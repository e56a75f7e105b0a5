"""Requests that others decide: chains by rule and amount, deputies, reminders; nobody decides their own."""
