"""Whether the centre has been set up: what the checklist in the browser shows, for whoever looks from the machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from kefu.kernel.actor import Actor
from kefu.platform.access.models import Assignment
from kefu.platform.webui.checklist import steps_for
from kefu.site.backups import journal
from kefu.site.doctor.findings import Finding, note, ok
from kefu.site.setup import queries

OLD = timedelta(days=7)


def everything() -> Iterator[Finding]:
    """Account, steps of the checklist, backup; nothing here is wrong, only unfinished."""
    if not queries.is_claimed():
        yield note("setup", "nobody has an account yet", "open the link that kefu setup-link prints")
        return
    yield administrator()
    with translation.override("en"):
        missing = [
            str(each.step.label)
            for each in steps_for(Actor.system("doctor"))
            if not each.step.is_optional and not each.standing.is_done
        ]
    if missing:
        yield note("setup", f"still to set up: {', '.join(missing)}", "follow the checklist at /setup/")
    else:
        yield ok("setup", "every required step of the checklist is done")
    yield backup()


def administrator() -> Finding:
    """Whether somebody can still administer the installation."""
    count = Assignment.objects.filter(role__code="admin", user__is_active=True, ends_at__isnull=True).count()
    if count:
        return ok("administrator", f"{count} administrators; locked out? kefu manage break_glass --help")
    return note(
        "administrator",
        "no active account holds the role admin",
        "let a holder of all rights assign it; kefu manage break_glass opens what locks one out",
    )


def backup() -> Finding:
    """When a backup was last completed on this machine."""
    last = journal.last_backup(Path(settings.HOME))
    if last is None:
        return note("backup", "no backup is known on this machine", "kefu backup, daily, and keep it elsewhere")
    if timezone.now() - last > OLD:
        return note("backup", f"the last backup is of {last:%Y-%m-%d}", "kefu backup, daily")
    return ok("backup", f"the last backup is of {last:%Y-%m-%d}")
