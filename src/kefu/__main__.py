"""``python -m kefu`` is the ``kefu`` command."""

from kefu.site.cli import main

if __name__ == "__main__":
    main(prog_name="kefu")
