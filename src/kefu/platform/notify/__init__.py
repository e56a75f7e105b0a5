"""Notices for people: an inbox with a live badge, and by mail or SMS what each person asks for."""
