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


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def registry(as_json: bool) -> None:
    """List what is kept about people: where, why, for how long, and how it goes.

    Example: kefu privacy registry
    """
    import django

    django.setup()
    from dataclasses import asdict

    from kefu.platform.custody import inventory

    lines = inventory.lines()
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        click.echo(f"{line.where}\t{line.kind}\t{line.purpose}\t{line.keep}\t{line.erasure}")


@group.command()
@click.argument("request_id", type=int)
@click.option("--as", "username", required=True, help="The account that acts; not the one that recorded the request.")
def erase(request_id: int, username: str) -> None:
    """Do an erasure that was recorded in the product, by the digits at the end of its number.

    Example: kefu privacy erase 12 --as manager
    """
    _execute(request_id, username, "erase")


@group.command()
@click.argument("request_id", type=int)
@click.option("--as", "username", required=True, help="The account that acts; not the one that recorded the request.")
def export(request_id: int, username: str) -> None:
    """Make the copy that a recorded request asks for.

    Example: kefu privacy export 13 --as manager
    """
    _execute(request_id, username, "export")


@group.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def retain(dry_run: bool) -> None:
    """Let go what is over now instead of tonight.

    Example: kefu privacy retain --dry-run
    """
    import django

    django.setup()
    from kefu.kernel import clock
    from kefu.kernel.actor import Actor
    from kefu.platform.custody import services
    from kefu.platform.custody.models import RetentionRun

    if dry_run:
        for each in services.would_go(clock.now()):
            click.echo(f"{each.retention.code}\t{each.count} would go\t{each.held} held")
        return
    now = clock.now()
    actor = Actor.system("cli:privacy retain")
    run = RetentionRun.objects.create(day=clock.local_date(now), started_by=actor.label, started_at=now)
    for code, count in services.run_retention(actor=actor, run=run, progress=lambda done, label: None).items():
        click.echo(f"{code}\t{count}")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def reapply(as_json: bool) -> None:
    """After restoring an older backup: erase again everybody whom it brought back.

    Example: kefu privacy reapply
    """
    import django

    django.setup()
    from kefu.kernel.actor import Actor
    from kefu.platform.custody import services

    done = services.reapply(actor=Actor.system("cli:privacy reapply"))
    click.echo(json.dumps(done) if as_json else f"{done['erased']} erased again, {done['held']} held back")


def _execute(request_id: int, username: str, kind: str) -> None:
    import django

    django.setup()
    from kefu.kernel.errors import KefuError
    from kefu.platform.access.models import User
    from kefu.platform.custody import services
    from kefu.platform.custody.models import SubjectRequest

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.ClickException(f"there is no active account {username!r}")
    if not SubjectRequest.objects.filter(pk=request_id, kind=kind).exists():
        raise click.ClickException(f"there is no request {request_id} of that kind")
    try:
        row = services.execute_request(actor=user.as_actor(), request_id=request_id)
    except KefuError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{row.number}: started; the worker does it")
