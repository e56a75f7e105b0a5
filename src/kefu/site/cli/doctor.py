"""``kefu doctor``."""

from __future__ import annotations

from dataclasses import replace

import click

from kefu.site.cli import console
from kefu.site.cli.contributed import start_django

COLOURS = {"ok": "green", "note": "blue", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--mend", is_flag=True, help="Do what can be done safely.")
def doctor(as_json: bool, mend: bool) -> None:
    """Say what is wrong with this installation, and what to do about it; exits with 1 when something fails.

    --mend does what is safe to do without asking: permissions of the key, leftovers of killed restores, texts that
    are not compiled, the tables of an empty database. It never changes data.

    \b
    Examples:
      kefu doctor
      kefu doctor --json
      kefu doctor --mend
    """
    start_django()
    from kefu.site import environment
    from kefu.site.doctor import Level, examine

    findings = []
    for finding in examine(environment.home()):
        if mend and finding.repair is not None:
            finding = replace(finding, level=Level.OK, message=finding.repair(), mend="", repair=None)
        findings.append(finding)
        if not as_json:
            click.echo(
                f"{click.style(f'{finding.level:<5}', fg=COLOURS[finding.level])} {finding.check}: {finding.message}"
            )
            if finding.mend:
                click.echo(f"      → {finding.mend}")
    if as_json:
        console.answer([finding.as_dict() for finding in findings])
    if any(finding.level is Level.FAIL for finding in findings):
        raise SystemExit(1)
