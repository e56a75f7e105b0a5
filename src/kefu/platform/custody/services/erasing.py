"""Erasing a subject everywhere, so that it can be interrupted at any point and repeated."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound, RuleBroken
from kefu.platform.audit import services as audit
from kefu.platform.custody import queries
from kefu.platform.custody.models import ErasureRecord, SubjectRequest
from kefu.platform.custody.services import ledger, scrubbing
from kefu.platform.privacy import services as privacy
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.registry import SUBJECT_KINDS, SUBJECT_PARTS

Progress = Callable[[str], None]


def erase_subject(
    *,
    actor: Actor,
    subject_kind: str,
    subject_ref: str,
    reason: str,
    request: SubjectRequest | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, int]:
    """Erase what is kept about one subject; counts of what went. The caller has authorised ``actor``.

    The values themselves are destroyed last: until then an interrupted erasure still knows what to look for and is
    simply repeated. Raises ``RuleBroken`` under a legal hold, before anything and again at the end.
    """
    kind = SUBJECT_KINDS.get(subject_kind)
    _require_free(subject_kind, subject_ref)
    kind.check(subject_ref, actor)
    values = list(kind.values(subject_ref))
    tokens = list(kind.tokens(subject_ref))
    finder = Finder(values)
    reason = finder.replaced(reason)
    counts: dict[str, int] = {}
    for part in SUBJECT_PARTS:
        if part.erase is not None:
            progress(part.code)
            counts.update(part.erase(subject_kind, subject_ref, values))
    for label, count in scrubbing.scrub_tables(finder, progress).items():
        counts[label] = counts.get(label, 0) + count
    counts["files"] = scrubbing.delete_files_with(finder, actor, reason, progress)
    progress("audit")
    counts["audit"] = audit.redact(finder, actor=actor, reason=reason)
    now = clock.now()
    with transaction.atomic():
        _require_free(subject_kind, subject_ref)
        ledger.write(subject_kind, subject_ref, now)
        kind.finish(subject_ref, actor, reason)
        held = set(VaultValue.objects.filter(token__in=tokens, erased_at__isnull=True).values_list("token", flat=True))
        for token in held:
            privacy.erase(actor=Actor.system(f"erasure:{subject_kind}"), token=bytes(token), reason=reason)
        counts["vault"] = len(held)
        ErasureRecord.objects.update_or_create(
            subject_kind=subject_kind, subject_ref=subject_ref, defaults={"erased_at": now, "request": request}
        )
    return {code: count for code, count in counts.items() if count}


def reapply(*, actor: Actor, progress: Progress = lambda step: None) -> dict[str, int]:
    """Erase again whom an older backup brought back: everybody in the ledger whose values are there again.

    Returns how many were erased, and how many a legal hold kept or must be kept by what the backup says of them.
    """
    done = kept = 0
    for subject_kind, subject_ref in ledger.subjects():
        kind = SUBJECT_KINDS.find(subject_kind)
        if kind is None or kind.is_erased(subject_ref):
            continue
        try:
            erase_subject(
                actor=actor,
                subject_kind=subject_kind,
                subject_ref=subject_ref,
                reason=_("恢复备份后再次删除"),
                progress=progress,
            )
            done += 1
        except NotFound:
            continue  # not in that backup at all
        except RuleBroken:
            kept += 1
    return {"erased": done, "held": kept}


def _require_free(subject_kind: str, subject_ref: str) -> None:
    hold = queries.hold_on(subject_kind, subject_ref, clock.now())
    if hold is not None:
        raise RuleBroken(
            _("法律保全第 %(id)d 号禁止删除（%(reason)s）。解除后再办理。") % {"id": hold.pk, "reason": hold.reason},
            code="on_hold",
        )
