"""What people ask for about their own data, and what was erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.custody.choices import OPEN_REQUEST_STATES, RequestKind, RequestState, RequestVerb


class SubjectRequest(models.Model):
    """One request of one person, named by a reference that tells nothing: a token of the vault or a number of a row."""

    kind = models.CharField(_("请求"), max_length=8, choices=RequestKind.choices)
    subject_kind = models.CharField(_("对象"), max_length=16)
    subject_ref = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=12, choices=RequestState.choices, default=RequestState.RECEIVED)
    identity_note = models.CharField(_("身份核验"), max_length=300)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    due_on = models.DateField(_("最迟答复"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    counts = models.JSONField(default=dict)
    file = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("个人信息请求")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="custody_request_state_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(recorded_by__isnull=True)
                | Q(state=RequestState.WITHDRAWN)
                | ~Q(decided_by=F("recorded_by")),
                name="custody_request_two_people",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_ref"],
                condition=Q(state__in=OPEN_REQUEST_STATES),
                name="custody_request_once_open",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="custody_request_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it."""
        return f"P{self.recorded_at:%Y%m%d}-{self.pk:06d}"

    @property
    def origin(self) -> str:
        """What its clock is started on."""
        return f"custody.request:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state in OPEN_REQUEST_STATES

    @property
    def kind_choice(self) -> RequestKind:
        """What is asked for, with its tone."""
        return RequestKind(self.kind)

    @property
    def state_choice(self) -> RequestState:
        """Where it stands, with its tone."""
        return RequestState(self.state)


class RequestEvent(models.Model):
    """A line in the history of a request."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    verb = models.CharField(max_length=12, choices=RequestVerb.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("请求记录")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.request_id} {self.verb}"

    @property
    def verb_choice(self) -> RequestVerb:
        """What was done, with its tone."""
        return RequestVerb(self.verb)


class ErasureRecord(models.Model):
    """A subject whose data were erased: enough to erase them again after an older backup, and nothing more."""

    subject_kind = models.CharField(max_length=16)
    subject_ref = models.CharField(max_length=64)
    erased_at = models.DateTimeField()
    request = models.ForeignKey(
        SubjectRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="erasures"
    )

    class Meta:
        verbose_name = _("删除台账")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_ref"], name="custody_erasure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_ref}"
