"""Tables in and out: xlsx and CSV files are mapped, checked and applied; lists are exported safely."""
