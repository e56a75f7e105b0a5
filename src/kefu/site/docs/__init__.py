"""The generated tables in ``docs/``: written by ``make docs``, compared by a test."""
