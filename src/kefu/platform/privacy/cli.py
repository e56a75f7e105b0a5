"""``kefu privacy …``."""

from __future__ import annotations

import json

import click


@click.group(name="privacy")
def group() -> None:
    """The vault of personal values."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def rotate(as_json: bool) -> None:
    """Encrypt all personal values anew under the current data key.

    Put the new key into KEFU_DATA_KEY and the old one into KEFU_DATA_KEY_PREVIOUS, restart, run this, then remove
    the old one.

    Example: kefu privacy rotate
    """
    import django

    django.setup()
    from kefu.kernel.actor import Actor
    from kefu.platform.privacy import services
    from kefu.platform.privacy.keys import KeyMissing

    total = services.remaining()
    try:
        with click.progressbar(length=total, label="rotate", hidden=as_json) as bar:
            done_before = 0

            def advance(done: int) -> None:
                nonlocal done_before
                bar.update(done - done_before)
                done_before = done

            done = services.rotate(actor=Actor.system("cli:privacy rotate"), progress=advance)
    except KeyMissing as error:
        raise click.ClickException(str(error)) from error
    left = services.remaining()
    if as_json:
        click.echo(json.dumps({"rotated": done, "remaining": left}))
    else:
        click.echo(f"{done} values encrypted anew, {left} remaining")
