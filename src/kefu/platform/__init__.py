"""Django apps that know no business word."""
