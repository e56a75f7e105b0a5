"""Forms made from the declared fields of a file. A value of the vault is never shown: an empty field leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people.choices import ContractKind, DocumentPurpose, EmploymentType, FormKind
from kefu.areas.people.engine.file_fields import FileField, FileList, Section
from kefu.areas.people.models import Contract, Employee
from kefu.areas.people.queries.file import Dossier, Item, Value
from kefu.areas.people.services.file.planning import Edit, FieldEdit, ItemEdit
from kefu.areas.people.web.forms import unit_choices
from kefu.kernel.actor import Actor
from kefu.platform.access.services.tree import today
from kefu.platform.privacy.queries import masked
from kefu.platform.webui.forms import Form, dress

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp"


def _scan(label: Any, help_text: Any = "", *, required: bool = False) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=help_text or gettext_lazy("PDF 或图片，最大 10 MB。"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )


def _control(field: FileField, value: Value | None, mask: str) -> forms.Field:
    if field.vault:
        note = _("现为 %(mask)s，留空表示不改。") % {"mask": mask} if mask else ""
        return forms.CharField(
            label=field.label,
            required=field.required and not mask,
            help_text=" ".join(filter(None, (note, str(field.help)))),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
    if field.choices:
        return forms.ChoiceField(
            label=field.label, choices=[("", "—"), *field.choices], required=field.required, help_text=field.help
        )
    if field.is_date:
        return forms.DateField(label=field.label, required=field.required, help_text=field.help)
    return forms.CharField(
        label=field.label, max_length=field.max_length, required=field.required, help_text=field.help
    )


def _initial(field: FileField, value: Value | None) -> str:
    if value is None or field.vault:
        return ""
    return next((code for code, label in field.choices if str(label) == value.text), value.text)


class ValuesForm(Form):
    """Any set of declared fields, filled with what is kept."""

    def __init__(self, fields: Iterable[FileField], values: Mapping[str, Value], *args: Any, **kwargs: Any) -> None:
        self.declared = tuple(fields)
        self.kept = values
        super().__init__(*args, **kwargs)
        masks = masked(value.token for value in values.values())
        for field in self.declared:
            value = values.get(field.code)
            mask = masks.get(value.token, "") if value is not None and value.token else ""
            self.fields[field.code] = _control(field, value, mask)
            self.initial.setdefault(field.code, _initial(field, value))
            if mask and not field.required:
                self.fields[f"remove_{field.code}"] = forms.BooleanField(
                    label=_("删除现有%(label)s") % {"label": field.label}, required=False
                )
        self._dress()

    def _dress(self) -> None:
        for control in self.fields.values():
            dress(control)

    def given(self, field: FileField) -> Any:
        """What was entered: ``None`` leaves what is kept."""
        value = self.cleaned_data.get(field.code)
        if not field.vault:
            return value if value is not None else ""
        if self.cleaned_data.get(f"remove_{field.code}"):
            return ""
        return value or None


class SectionForm(ValuesForm):
    """The fields of one section. ``is_proposal`` adds a note and the proof."""

    def __init__(
        self, section: Section, dossier: Dossier, *args: Any, is_proposal: bool = False, **kwargs: Any
    ) -> None:
        values = {field.code: dossier.value(field.code) for field in section.fields}
        super().__init__(section.fields, values, *args, **kwargs)
        if is_proposal:
            add_proposal(self, with_evidence=any(field.needs_evidence for field in section.fields))

    def edits(self) -> list[Edit]:
        """The wanted changes."""
        given = ((field.code, self.given(field)) for field in self.declared)
        return [FieldEdit(code, value) for code, value in given if value is not None]


class ItemForm(ValuesForm):
    """One item of a list."""

    def __init__(
        self, declared: FileList, item: Item | None, *args: Any, is_proposal: bool = False, **kwargs: Any
    ) -> None:
        self.list, self.item = declared, item
        values = {value.field.code: value for value in item.values} if item else {}
        super().__init__(declared.fields, values, *args, **kwargs)
        if declared.has_scan:
            self.fields["scan"] = _scan(_("扫描件"))
        if is_proposal:
            add_proposal(self, with_evidence=False)
        self._dress()

    def edits(self) -> list[Edit]:
        """The wanted change."""
        values = {field.code: self.given(field) for field in self.declared}
        return [ItemEdit(self.list.code, self.item.pk if self.item else None, values)]


def add_proposal(form: Form, *, with_evidence: bool) -> None:
    """What goes with a change that somebody asks for in their own file."""
    if with_evidence:
        form.fields["evidence"] = _scan(
            gettext_lazy("证明材料"), gettext_lazy("修改姓名、证件或工资卡须上传证明。PDF 或图片，最大 10 MB。")
        )
    form.fields["note"] = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    for name in ("evidence", "note"):
        if name in form.fields:
            dress(form.fields[name])


class PhotoForm(Form):
    """A new photo."""

    photo = forms.FileField(
        label=gettext_lazy("照片"),
        required=False,
        help_text=gettext_lazy("JPEG、PNG 或 WebP，最大 8 MB；会缩小到 480×640，并去掉拍摄信息。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp"}),
    )

    def __init__(self, *args: Any, is_proposal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_proposal:
            self.fields["photo"].required = True
            add_proposal(self, with_evidence=False)
        else:
            self.fields["remove"] = forms.BooleanField(label=_("删除现有照片"), required=False)


class TermsForm(Form):
    """Under which terms somebody works."""

    employment_type = forms.ChoiceField(label=gettext_lazy("用工形式"), choices=EmploymentType.choices)
    level = forms.CharField(label=gettext_lazy("职级"), max_length=16, required=False)
    star_level = forms.IntegerField(label=gettext_lazy("星级"), min_value=0, max_value=5, required=False)
    probation_ends_on = forms.DateField(label=gettext_lazy("试用期至"), required=False)

    def __init__(self, employee: Employee, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(employee, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class ConfirmForm(Form):
    """When the probation was passed."""

    confirmed_on = forms.DateField(label=gettext_lazy("转正日期"), initial=today)


class ContractForm(Form):
    """What was signed."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=ContractKind.choices)
    number = forms.CharField(label=gettext_lazy("合同编号"), max_length=40, required=False)
    starts_on = forms.DateField(label=gettext_lazy("开始日期"), initial=today)
    ends_on = forms.DateField(
        label=gettext_lazy("结束日期"), required=False, help_text=gettext_lazy("无固定期限合同留空。到期前会提醒。")
    )
    signed_on = forms.DateField(label=gettext_lazy("签订日期"), required=False)
    scan = _scan(gettext_lazy("签署文本"))

    def __init__(self, contract: Contract | None, *args: Any, **kwargs: Any) -> None:
        if contract is not None:
            names = ("kind", "number", "starts_on", "ends_on", "signed_on")
            kwargs["initial"] = {name: getattr(contract, name) for name in names}
        super().__init__(*args, **kwargs)


class EndContractForm(Form):
    """A contract ends before its last day."""

    ended_on = forms.DateField(label=gettext_lazy("终止日期"), initial=today)
    reason = forms.CharField(label=gettext_lazy("终止理由"), max_length=200)


class DocumentForm(Form):
    """A paper for the file."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("用途"),
        choices=[choice for choice in DocumentPurpose.choices if choice[0] != DocumentPurpose.EVIDENCE],
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, required=False)
    upload = _scan(gettext_lazy("文件"), required=True)


class ReasonForm(Form):
    """Why something is done that is kept in the audit."""

    reason = forms.CharField(label=gettext_lazy("理由"), min_length=4, max_length=200)


class FullForm(Form):
    """Masked, or in full for a reason."""

    def __init__(self, *args: Any, may_reveal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_reveal:
            self.fields["is_full"] = forms.BooleanField(
                label=_("包含完整信息"), required=False, help_text=_("默认只含掩码；勾选时须填写理由，并记入审计。")
            )
            self.fields["reason"] = forms.CharField(label=_("理由"), max_length=200, required=False)
            dress(self.fields["reason"])


class PrintForm(FullForm):
    """Which form about one employee."""

    form = forms.ChoiceField(label=gettext_lazy("表格"), choices=FormKind.choices)

    def __init__(self, *args: Any, is_mine: bool = False, may_reveal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, may_reveal=may_reveal and not is_mine, **kwargs)


class ManyForm(FullForm):
    """Of whom."""

    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    with_left = forms.BooleanField(label=gettext_lazy("包括已离职员工"), required=False)

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("全部")), *unit_choices(viewer)]  # type: ignore[attr-defined]


class ExportForm(ManyForm):
    """A list of files."""


class BulkPrintForm(ManyForm):
    """A form about each of many."""

    form = forms.ChoiceField(label=gettext_lazy("表格"), choices=FormKind.choices)
    field_order = ("form", "unit", "with_left")
