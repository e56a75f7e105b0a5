"""What this room does with the outside: pictures and paper."""
