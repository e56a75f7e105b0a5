"""The forms of the wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.imports.models import Upload
from kefu.platform.imports.registry import ImportKind
from kefu.platform.webui.forms import Form

COLUMN = "column_"
OPTION = "option_"


class UploadForm(Form):
    """The file."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx 或 CSV（UTF-8 或 GB18030），最多 100 MB；第一行是表头。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        allow_empty_file=True,
    )


class MappingForm(Form):
    """Which column of the file is which, the questions for the whole file, and a name to keep the mapping under."""

    save_as = forms.CharField(
        label=_("保存列对应方案"),
        required=False,
        max_length=100,
        help_text=_("起个名字，下次同样的文件会自动对应；留空则不保存。"),
    )

    def __init__(self, kind: ImportKind, upload: Upload, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（不导入）")), *((str(index), name) for index, name in enumerate(upload.header))]
        fields: dict[str, forms.Field] = {}
        for option in kind.options:
            fields[f"{OPTION}{option.code}"] = forms.ChoiceField(
                label=option.label,
                choices=[("", _("请选择")), *((str(code), label) for code, label in option.choices(actor))],
                required=option.required,
            )
            self.initial.setdefault(f"{OPTION}{option.code}", upload.options.get(option.code, ""))
        for column in kind.columns:
            fields[f"{COLUMN}{column.code}"] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=column.required,
                error_messages={"required": _("必填列，请选择文件中对应的列")},
                help_text=column.help,
            )
            index = upload.mapping.get(column.code)
            self.initial.setdefault(f"{COLUMN}{column.code}", "" if index is None else str(index))
        for name, field in fields.items():
            field.widget.attrs["class"] = "ui-inp"
            self.fields[name] = field
        self.order_fields([*fields, "save_as"])

    @property
    def mapping(self) -> dict[str, int]:
        """Column code → position."""
        return {
            name.removeprefix(COLUMN): int(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(COLUMN) and value != ""
        }

    @property
    def options(self) -> dict[str, str]:
        """Option code → value."""
        return {
            name.removeprefix(OPTION): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OPTION) and value
        }
