"""A request, the steps of its route, and who sits on them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.choices import LIVE, UNDECIDED, Mode, RequestState, SeatState, StepState
from kefu.platform.approvals.registry import APPROVAL_KINDS, ApprovalKind

USER: Any = settings.AUTH_USER_MODEL
PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class Request(models.Model):
    """Something that ``requester`` asks for, perhaps for ``subject``, and that others decide.

    ``payload`` belongs to the room and holds ids and tokens, never personal values; ``facts`` are what the chain's
    conditions ask. ``origin`` (``room.noun:id``) has at most one live request of a kind. ``round`` rises when the
    request is submitted again after it was sent back.
    """

    number = models.CharField(_("申请编号"), max_length=20, unique=True)
    kind = models.CharField(_("申请类型"), max_length=100)
    title = models.CharField(_("申请"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=RequestState.choices, default=RequestState.WAITING)
    requester = models.ForeignKey(USER, verbose_name=_("申请人"), **PERSON)
    subject = models.ForeignKey(USER, verbose_name=_("涉及的人"), **PERSON)
    node = models.ForeignKey("access.ScopeNode", verbose_name=_("单位"), **PERSON)
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    facts = models.JSONField(default=dict, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    comment = models.TextField(_("说明"), blank=True)
    origin = models.CharField(_("来源"), max_length=150)
    url = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    chain = models.ForeignKey("approvals.ChainVersion", on_delete=models.PROTECT, related_name="+")
    rule_position = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("提交时间"))
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("申请")
        verbose_name_plural = _("申请")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="approvals_request_state_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=LIVE) | Q(closed_at__isnull=False) & ~Q(state__in=LIVE),
                name="approvals_request_closed_iff_over",
            ),
            models.CheckConstraint(condition=~Q(origin=""), name="approvals_request_origin_given"),
            models.UniqueConstraint(
                fields=["kind", "origin"], condition=Q(state__in=LIVE), name="approvals_request_one_live"
            ),
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=~Q(dedupe_key=""), name="approvals_request_dedupe"
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "state"], name="approvals_request_requester"),
            models.Index(fields=["subject"], name="approvals_request_subject"),
            models.Index(fields=["node", "state"], name="approvals_request_node"),
            models.Index(fields=["-created_at", "-id"], name="approvals_request_newest"),
            models.Index(fields=["origin"], name="approvals_request_origin"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_choice(self) -> RequestState:
        """The state with its label and tone."""
        return RequestState(self.state)

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.state in LIVE

    @property
    def kind_spec(self) -> ApprovalKind | None:
        """What the room declared; ``None`` for a kind nobody declares any more."""
        return APPROVAL_KINDS.find(self.kind)

    @property
    def kind_label(self) -> str:
        """What the kind is called in the reader's language."""
        spec = self.kind_spec
        return str(spec.label) if spec else self.kind

    @property
    def audit_target(self) -> str:
        """How the audit trail and others' origins name it."""
        return f"approvals.request:{self.pk}"

    @property
    def concerned(self) -> tuple[int | None, int | None]:
        """Those who must never decide it."""
        return self.requester_id, self.subject_id


class Step(models.Model):
    """One step of a request's route in one round.

    ``who`` is what the chain says, ``asked`` what was asked in the end: a higher level where nobody could answer.
    ``told`` are the accounts that have been told that it waits for them. ``due_at`` and ``is_overdue`` follow the
    step's clock. ``checked_at`` is when its seats were last compared with who is responsible.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=100)
    asked = models.CharField(max_length=100, blank=True)
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.ANY)
    skips_requester = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10, choices=StepState.choices, default=StepState.PLANNED)
    told = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("应答复时间"), null=True, blank=True)
    is_overdue = models.BooleanField(_("超时"), default=False)

    class Meta:
        verbose_name = _("审批步骤")
        ordering = ("request_id", "round", "position")
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "position"], name="approvals_step_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state=StepState.WAITING), name="approvals_step_one_waits"
            ),
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="approvals_step_state_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="approvals_step_mode_known"),
        ]
        indexes = [
            models.Index(
                F("checked_at").asc(nulls_first=True),
                condition=Q(state=StepState.WAITING),
                name="approvals_step_check",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.round}.{self.position}"

    @property
    def state_choice(self) -> StepState:
        """The state with its label and tone."""
        return StepState(self.state)

    @property
    def mode_choice(self) -> Mode:
        """Any one or all."""
        return Mode(self.mode)

    @property
    def clock_origin(self) -> str:
        """Under which origin its clock runs."""
        return f"approvals.step:{self.pk}"


class Seat(models.Model):
    """One person who answers for a step. ``decided_by`` is that person, or a deputy in their name.

    The database refuses a decision by the requester or by the subject of the request (trigger).
    """

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="seats")
    principal = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SeatState.choices, default=SeatState.WAITING)
    decided_by = models.ForeignKey(USER, **PERSON)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("审批席位")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["step", "principal"], name="approvals_seat_once"),
            models.CheckConstraint(condition=Q(state__in=SeatState.values), name="approvals_seat_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, decided_by__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state__in=UNDECIDED),
                name="approvals_seat_decided_by",
            ),
        ]
        indexes = [
            models.Index(fields=["principal"], condition=Q(state=SeatState.WAITING), name="approvals_seat_waiting"),
            models.Index(fields=["decided_by"], name="approvals_seat_decided"),
        ]

    @property
    def state_choice(self) -> SeatState:
        """The state with its label and tone."""
        return SeatState(self.state)

    @property
    def is_by_deputy(self) -> bool:
        """Whether a deputy decided in the name of the principal."""
        return self.decided_by_id is not None and self.decided_by_id != self.principal_id
