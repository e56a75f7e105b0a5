"""Forgetting callers: their recordings go, their numbers leave the raw log; visits, facts and counts stay.

In raw lines a marker takes the number's place, from which the same token is computed again: a log that is folded anew
gives the same visits and the same repeat calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.models import QueueVisit, RawFault, Recording
from kefu.areas.calls.services.rewriting import LINES_OF_CALLERS, LINES_WITH, rewrite
from kefu.kernel.actor import Actor
from kefu.platform.files import services as files
from kefu.platform.privacy import markers
from kefu.platform.privacy import services as privacy
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.registry import CALLER, Holds, Section, Value

SYSTEM = Actor.system("calls.forgetting")
_OVER = """
    SELECT kept.token FROM privacy_vaultvalue kept
     WHERE kept.erased_at IS NULL AND kept.token IN (
            SELECT call.caller_token FROM calls_contact call WHERE call.started_at < %(cutoff)s)
       AND NOT EXISTS (SELECT 1 FROM calls_contact late WHERE late.caller_token = kept.token
                          AND (late.started_at >= %(cutoff)s {periods}))
       AND NOT kept.token = ANY(%(held)s)
     LIMIT %(limit)s
"""


def erase(subject_kind: str, subject_ref: str, values: Sequence[Value]) -> dict[str, int]:
    """What calls keep of a caller; of others only what texts of the raw log say about them."""
    counts: dict[str, int] = {}
    finder = Finder(values)
    if subject_kind == CALLER:
        token = bytes.fromhex(subject_ref)
        own = Finder([Value(v.kind, v.text, v.marker) for v in values])
        counts["calls.recordings"] = delete_recordings(Recording.objects.filter(visit_id__in=_visits([token])))
        counts["calls.lines"] = rewrite(LINES_OF_CALLERS, [[token]], own)
        _forget_names(token)
    if finder:
        counts["calls.lines"] = counts.get("calls.lines", 0) + rewrite(LINES_WITH, [finder.sql], finder)
        counts["calls.faults"] = RawFault.objects.filter(text__iregex=finder.sql).delete()[0]
    return counts


def delete_recordings(recordings: Iterable[Recording], reason: str = "erased") -> int:
    """Delete recordings with their files and notes; how many."""
    done = 0
    for recording in recordings:
        with transaction.atomic():
            file = recording.file
            recording.delete()
            if file is not None:
                files.delete_file(actor=SYSTEM, file=file, reason=reason)
            done += 1
    return done


def read(subject_kind: str, subject_ref: str) -> Iterable[Section]:
    """A caller's calls and recordings."""
    if subject_kind != CALLER:
        return
    visits = QueueVisit.objects.filter(caller_token=bytes.fromhex(subject_ref)).select_related("queue", "disposition")
    rows = [
        (
            visit.entered_at.isoformat(),
            visit.queue.name,
            visit.get_outcome_display(),
            visit.wait_seconds,
            visit.talk_seconds,
            visit.satisfaction,
            visit.disposition.name if visit.disposition else "",
            visit.disposition_note,
        )
        for visit in visits.order_by("entered_at")
    ]
    heads = (_("进入队列"), _("技能队列"), _("结果"), _("等待"), _("通话"), _("满意度按键"), _("通话小结"), _("备注"))
    yield Section(_("来电"), heads, rows)
    recordings = Recording.objects.filter(visit_id__in=_visits([bytes.fromhex(subject_ref)]))
    yield Section(
        _("录音"), (_("时间"), _("时长")), [(each.created_at.isoformat(), each.duration_seconds) for each in recordings]
    )


def callers_due(cutoff: datetime, holds: Holds) -> int:
    """How many numbers have not called since ``cutoff``."""
    return len(_callers_over(cutoff, holds, 1_000_000))


def erase_callers(cutoff: datetime, holds: Holds, limit: int) -> int:
    """Forget numbers that have not called since ``cutoff``, with the names that came with them."""
    tokens = _callers_over(cutoff, holds, min(limit, 200))
    for token in tokens:
        text = privacy.open_value(token)
        row = VaultValue.objects.filter(token=token).only("kind").first()
        if text and row is not None:
            rewrite(LINES_OF_CALLERS, [[token]], Finder([Value(row.kind, text, markers.marker_of(token))]))
        _forget_names(token)
        privacy.erase(actor=SYSTEM, token=token, reason="retention")
    return len(tokens)


def recordings_due(cutoff: datetime, holds: Holds) -> int:
    """How many recordings are older than ``cutoff``."""
    return _recordings_over(cutoff, holds).count()


def erase_recordings(cutoff: datetime, holds: Holds, limit: int) -> int:
    """Delete recordings that are older than ``cutoff``."""
    return delete_recordings(list(_recordings_over(cutoff, holds).select_related("file")[:limit]), "retention")


def faults_due(cutoff: datetime, holds: Holds) -> int:
    """How many set-aside lines are older than ``cutoff``."""
    return _faults_over(cutoff, holds).count()


def erase_faults(cutoff: datetime, holds: Holds, limit: int) -> int:
    """Delete set-aside lines that nobody mended."""
    return RawFault.objects.filter(
        pk__in=list(_faults_over(cutoff, holds).values_list("pk", flat=True)[:limit])
    ).delete()[0]


def _recordings_over(cutoff: datetime, holds: Holds) -> Any:
    rows = Recording.objects.filter(created_at__lt=cutoff)
    for start, end in holds.periods:
        rows = rows.exclude(created_at__gte=start, created_at__lt=end)
    return rows.exclude(visit_id__in=_visits(holds.tokens)) if holds.tokens else rows


def _faults_over(cutoff: datetime, holds: Holds) -> Any:
    rows = RawFault.objects.filter(created_at__lt=cutoff)
    if holds.tokens:  # nobody knows whose a faulty line is
        return rows.none()
    for start, end in holds.periods:
        rows = rows.exclude(created_at__gte=start, created_at__lt=end)
    return rows


def _callers_over(cutoff: datetime, holds: Holds, limit: int) -> list[bytes]:
    periods = "".join(
        f" OR late.started_at >= %(from{n})s AND late.started_at < %(to{n})s" for n in range(len(holds.periods))
    )
    values: dict[str, Any] = {"cutoff": cutoff, "held": holds.tokens, "limit": limit}
    for number, (start, end) in enumerate(holds.periods):
        values |= {f"from{number}": start, f"to{number}": end}
    with connection.cursor() as cursor:
        cursor.execute(_OVER.format(periods=periods), values)
        return [bytes(row[0]) for row in cursor.fetchall()]


def _visits(tokens: list[bytes]) -> Any:
    return QueueVisit.objects.filter(caller_token__in=tokens).values("id")


def _forget_names(token: bytes) -> None:
    """Notes about the caller and the name that came with the number; a name that other callers have too stays theirs."""
    visits = QueueVisit.objects.filter(caller_token=token)
    names = {bytes(name) for name in visits.values_list("caller_name_token", flat=True) if name is not None}
    for name in names:
        text = privacy.open_value(name)
        if text:
            rewrite(LINES_OF_CALLERS, [[token]], Finder([Value("name", text, markers.marker_of(name))]))
    visits.filter(~Q(disposition_note="")).update(disposition_note="")
    for name in names:
        if not QueueVisit.objects.filter(caller_name_token=name).exclude(caller_token=token).exists():
            privacy.erase(actor=SYSTEM, token=name, reason="caller erased")
