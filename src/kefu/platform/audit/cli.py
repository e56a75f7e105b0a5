"""``kefu audit …``."""

from __future__ import annotations

import json
import sys

import click


@click.group(name="audit")
def group() -> None:
    """The audit trail."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--head", default="", help="A head printed earlier: check that it is still part of the chain.")
def verify(as_json: bool, head: str) -> None:
    """Compute the whole chain of hashes anew; exit with 1 when anything was changed or removed.

    Example: kefu audit verify --json
    """
    import django

    django.setup()
    from kefu.platform.audit import queries
    from kefu.platform.audit.models import AuditEntry

    verdict = queries.verify()
    known = True
    if head:
        known = AuditEntry.objects.filter(hash=bytes.fromhex(head)).exists() if _is_hex(head) else False
    answer = verdict.as_dict()
    if head:
        answer["head_known"] = known
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif verdict.ok:
        click.echo(f"OK: {verdict.sealed} sealed, {verdict.unsealed} not sealed yet; head {verdict.head}")
    else:
        where = f"entry {verdict.broken_id}" if verdict.broken_id else "the end"
        click.echo(f"BROKEN at {where} (place {verdict.broken_seq} of the chain): {EXPLAIN[verdict.why]}", err=True)
    if head and not known and not as_json:
        click.echo("BROKEN: the given head is not part of the chain any more", err=True)
    if not verdict.ok or not known:
        sys.exit(1)


EXPLAIN = {
    "changed": "its content is not what was sealed",
    "unlinked": "it is not chained to the entry before it",
    "gap": "the entry before it is missing",
    "tail_missing": "entries or seals have been removed",
}


def _is_hex(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
