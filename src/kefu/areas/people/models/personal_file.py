"""What is kept about an employee beyond the work: who they are, how to reach them, what they have signed."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import (
    ContractKind,
    ContractState,
    DocumentPurpose,
    Education,
    FormKind,
    IdKind,
    Relation,
)

SOON = timedelta(days=60)


def _token() -> models.BinaryField:
    """Where only the vault's token of a personal value is kept."""
    return models.BinaryField(max_length=16, null=True, editable=False)


class PersonalFile(models.Model):
    """The personal part of one employee's file. Numbers, addresses and accounts lie in the vault."""

    employee = models.OneToOneField(
        "people.Employee", primary_key=True, on_delete=models.PROTECT, related_name="personal_file"
    )
    photo = models.OneToOneField(
        "files.StoredFile", verbose_name=_("照片"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    id_kind = models.CharField(_("证件类型"), max_length=12, choices=IdKind.choices, blank=True)
    id_number_token = _token()
    second_phone_token = _token()
    mail_token = _token()
    wechat_token = _token()
    address_token = _token()
    bank_account_token = _token()
    confirmed_on = models.DateField(_("转正日期"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("员工档案")
        verbose_name_plural = _("员工档案")
        indexes = [models.Index(fields=("id_number_token",), name="people_file_id_number")]

    def __str__(self) -> str:
        return f"{self.employee_id}"


class EmployeeDocument(models.Model):
    """A paper in somebody's file. While ``is_pending`` it belongs to a change that waits for its answer."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="documents")
    purpose = models.CharField(_("用途"), max_length=12, choices=DocumentPurpose.choices)
    title = models.CharField(_("名称"), max_length=120)
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    is_pending = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("档案资料")
        verbose_name_plural = _("档案资料")
        ordering = ("-uploaded_at", "-id")
        indexes = [models.Index(fields=("employee", "-uploaded_at"), name="people_document_of")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.purpose}"


class EmergencyContact(models.Model):
    """Whom to call when something happens to an employee."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="emergency_contacts")
    name_token = _token()
    relation = models.CharField(_("关系"), max_length=12, choices=Relation.choices)
    phone_token = _token()

    class Meta:
        verbose_name = _("紧急联系人")
        verbose_name_plural = _("紧急联系人")
        ordering = ("employee", "id")

    def __str__(self) -> str:
        return f"{self.employee_id} {self.relation}"


class Schooling(models.Model):
    """Where an employee learned, and with which degree they left."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="schooling")
    school = models.CharField(_("学校"), max_length=80)
    major = models.CharField(_("专业"), max_length=80, blank=True)
    education = models.CharField(_("学历"), max_length=12, choices=Education.choices)
    starts_on = models.DateField(_("入学日期"), null=True, blank=True)
    ends_on = models.DateField(_("毕业日期"), null=True, blank=True)
    document = models.ForeignKey(
        EmployeeDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="schooling"
    )

    class Meta:
        verbose_name = _("教育经历")
        verbose_name_plural = _("教育经历")
        ordering = ("employee", F("starts_on").desc(nulls_last=True), "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="people_schooling_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.education}"


class EarlierPost(models.Model):
    """Where an employee worked before they came here."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="earlier_posts")
    employer = models.CharField(_("单位名称"), max_length=80)
    post = models.CharField(_("岗位"), max_length=80)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    reason = models.CharField(_("离职原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("工作经历")
        verbose_name_plural = _("工作经历")
        ordering = ("employee", "-starts_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="people_earlierpost_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.starts_on}"


class Credential(models.Model):
    """A certificate from outside (a language test, a licence), with its scan."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="credentials")
    name = models.CharField(_("证书名称"), max_length=80)
    number = models.CharField(_("证书编号"), max_length=60, blank=True)
    issuer = models.CharField(_("发证机构"), max_length=80, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    document = models.ForeignKey(
        EmployeeDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="credentials"
    )

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering = ("employee", "-id")
        indexes = [models.Index(fields=("expires_on",), name="people_credential_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(issued_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="people_credential_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.name}"


class Contract(models.Model):
    """Something signed with an employee: from its first to its last day, or until it was ended before."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="contracts")
    kind = models.CharField(_("类型"), max_length=12, choices=ContractKind.choices)
    number = models.CharField(_("合同编号"), max_length=40, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    document = models.ForeignKey(
        EmployeeDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="contracts"
    )

    class Meta:
        verbose_name = _("合同")
        verbose_name_plural = _("合同")
        ordering = ("employee", "-starts_on", "-id")
        indexes = [models.Index(fields=("ends_on",), name="people_contract_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="people_contract_lasts"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")), name="people_contract_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.kind} {self.starts_on}"

    def state_on(self, day: date) -> ContractState:
        """Where it stands on that day."""
        if self.ended_on is not None and day > self.ended_on:
            return ContractState.ENDED
        if day < self.starts_on:
            return ContractState.COMING
        if self.ends_on is None:
            return ContractState.RUNNING
        if day > self.ends_on:
            return ContractState.OVER
        return ContractState.ENDING if self.ends_on - day <= SOON else ContractState.RUNNING


class FormPrint(models.Model):
    """Somebody printed a form about an employee: who, when, whether in full and why."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="prints")
    form = models.CharField(_("表格"), max_length=12, choices=FormKind.choices)
    is_full = models.BooleanField(_("完整信息"))
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    printed_at = models.DateTimeField(_("打印时间"))
    file = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("打印记录")
        verbose_name_plural = _("打印记录")
        ordering = ("-printed_at", "-id")
        indexes = [
            models.Index(fields=("employee", "-printed_at"), name="people_print_of"),
            models.Index(fields=("-printed_at", "-id"), name="people_print_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.form}"
