"""Forms of tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.access import queries as access
from kefu.platform.access.models import ScopeNode
from kefu.platform.tasks import queries
from kefu.platform.tasks.permissions import OPEN, STEER
from kefu.platform.webui.forms import Form


class NewTaskForm(Form):
    """A task opened by hand."""

    kind = forms.ChoiceField(label=_("类型"))
    title = forms.CharField(label=_("任务"), max_length=200)
    body = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea)
    owner = forms.ChoiceField(label=_("负责人"), required=False, help_text=_("留空则由所选单位的人领取。"))
    node = forms.ChoiceField(label=_("单位"), required=False, help_text=_("留空则按负责人的单位。"))
    due_at = forms.DateTimeField(label=_("到期时间"), required=False, widget=forms.DateTimeInput())

    def __init__(self, viewer: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "kind", [(kind.code, str(kind.label)) for kind in queries.kinds_for(viewer)])
        _offer(self, "owner", [("", _("待领取")), *_people(viewer, OPEN)])
        scope = access.scope_for(viewer, OPEN)
        nodes = ScopeNode.objects.filter(is_active=True).order_by("code")
        if not scope.everything:
            nodes = nodes.filter(pk__in=scope.node_ids)
        _offer(self, "node", [("", "—"), *((str(node.pk), node.name) for node in nodes)])
        self.initial.setdefault("owner", str(viewer.user_id or ""))


class HandOverForm(Form):
    """To whom a task goes."""

    owner = forms.ChoiceField(label=_("转交给"))
    note = forms.CharField(label=_("说明"), required=False, max_length=500)

    def __init__(self, viewer: Actor, *args: Any, permission: str = STEER, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "owner", _people(viewer, permission))


class CompleteForm(Form):
    """How it was done."""

    evidence = forms.CharField(label=_("处理结果"), required=False, max_length=4000, widget=forms.Textarea)


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=500)


class NoteForm(Form):
    """A remark of whoever checks."""

    note = forms.CharField(label=_("复核意见"), required=False, max_length=500)


class DueForm(Form):
    """Another limit."""

    due_at = forms.DateTimeField(label=_("新的到期时间"), widget=forms.DateTimeInput())
    reason = forms.CharField(label=_("原因"), required=False, max_length=500)


class FileForm(Form):
    """A file that proves the task."""

    file = forms.FileField(label=_("证明文件"), help_text=_("PDF、图片、文本、Word 或 Excel，最大 20 MB。"))


def _people(viewer: Actor, permission: str) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in queries.people_for(viewer, permission)]


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    found = form.fields[name]
    assert isinstance(found, forms.ChoiceField)
    found.choices = choices
