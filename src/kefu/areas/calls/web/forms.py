"""The forms of the calls room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.models import Disposition, Queue
from kefu.platform.access.models import ScopeNode
from kefu.platform.calendars.queries import calendars
from kefu.platform.webui.forms import Form, dress


def node_choices() -> list[tuple[str, str]]:
    """The units that are in use."""
    nodes = ScopeNode.objects.filter(is_active=True).order_by("code").values_list("pk", "name")
    return [("", gettext("（全中心）")), *((str(pk), name) for pk, name in nodes)]


class DispositionChoice(Form):
    """How a call is summed up."""

    disposition = forms.ChoiceField(label=_("小结"), error_messages={"required": _("请选择小结。")})
    note = forms.CharField(
        label=_("备注"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, current: Disposition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in Disposition.objects.filter(is_active=True):
            groups.setdefault(row.group, []).append((row.code, row.name))
        plain = groups.pop("", [])
        if current is not None and not current.is_active:
            plain.append((current.code, current.name))
        field = self.fields["disposition"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("请选择")), *plain, *((name, rows) for name, rows in groups.items())]


class SourceForm(Form):
    """What can be said about a source."""

    code = forms.SlugField(label=_("编码"), max_length=40, help_text=_("小写字母、数字和连字符；接口地址里会用到。"))
    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类型"), choices=SourceKind.choices)
    time_zone = forms.CharField(label=_("时区"), max_length=40, initial="Asia/Shanghai")
    node_id = forms.TypedChoiceField(label=_("归属单位"), required=False, coerce=int, empty_value=None)
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    log_path = forms.CharField(
        label=_("队列日志路径"), required=False, max_length=300,
        help_text=_("仅 Asterisk：连接程序跟随的 queue_log，例如 /var/log/asterisk/queue_log。"),
    )  # fmt: skip
    ami_host = forms.CharField(label=_("AMI 主机"), required=False, max_length=120)
    ami_port = forms.IntegerField(label=_("AMI 端口"), required=False, min_value=1, max_value=65535)
    ami_username = forms.CharField(
        label=_("AMI 账号"), required=False, max_length=80, help_text=_("密码在“更换密钥”里设置，加密保存。")
    )  # fmt: skip

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["node_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = node_choices()
        if fixed:
            for name in ("code", "kind", "time_zone"):
                del self.fields[name]

    def options(self) -> dict[str, Any]:
        """The connection parameters as a source keeps them."""
        return {name: self.cleaned_data[name] or "" for name in ("log_path", "ami_host", "ami_port", "ami_username")}


class UploadForm(Form):
    """A file to take in, and for rows the mapping under which it is read."""

    file = forms.FileField(label=_("数据文件"), help_text=_("queue_log、CSV、csv.gz、xlsx 或 JSON 行。"))
    mapping = forms.FileField(
        label=_("列映射（TOML）"), required=False, help_text=_("仅话单：第一次导入时必填；以后沿用已保存的映射。")
    )  # fmt: skip


class SecretForm(Form):
    """A secret that somebody else chose; empty: we make one."""

    value = forms.CharField(
        label=_("指定密码"), required=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("AMI 账号的密码在此填写；Webhook 请留空，由系统生成。"),
    )  # fmt: skip


class QueueForm(Form):
    """What can be said about a queue."""

    code = forms.SlugField(label=_("编码"), max_length=80, allow_unicode=True)
    name = forms.CharField(label=_("名称"), max_length=80)
    node_id = forms.TypedChoiceField(label=_("归属单位"), required=False, coerce=int, empty_value=None)
    calendar_id = forms.TypedChoiceField(label=_("服务时间"), required=False, coerce=int, empty_value=None)
    target_seconds = forms.IntegerField(
        label=_("应答目标（秒）"), required=False, min_value=1, max_value=3600, help_text=_("留空则使用系统参数。")
    )  # fmt: skip
    target_percent = forms.IntegerField(label=_("服务水平目标（%）"), required=False, min_value=1, max_value=100)
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, min_value=0, max_value=9999)
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("node_id", node_choices()),
            ("calendar_id", [("", gettext("全天")), *((str(row.pk), row.name) for row in calendars())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if fixed:
            del self.fields["code"]


class AliasForm(Form):
    """What a name of a source stands for, and when."""

    name = forms.CharField(label=_("外部名称"), max_length=120)
    target = forms.ChoiceField(label=_("对应"))
    starts_on = forms.DateField(label=_("生效日期"), required=False, help_text=_("留空：一直以来。"))
    ends_on = forms.DateField(label=_("失效日期"), required=False, help_text=_("当天起不再生效；留空：长期有效。"))

    def __init__(self, *args: Any, of_agents: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_agents:
            self.fields["target"] = forms.CharField(label=_("坐席工号"), max_length=120)
            dress(self.fields["target"])
            self.order_fields(["name", "target", "starts_on", "ends_on"])
        else:
            field = self.fields["target"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                ("", gettext("请选择")),
                *((str(q.pk), q.name) for q in Queue.objects.filter(is_active=True)),
            ]


class DispositionForm(Form):
    """A code with which calls are summed up."""

    code = forms.SlugField(label=_("编码"), max_length=40, allow_unicode=True)
    name = forms.CharField(label=_("名称"), max_length=80)
    group = forms.CharField(label=_("分组"), max_length=40, required=False)
    sort_order = forms.IntegerField(label=_("顺序"), initial=100, min_value=0, max_value=9999)
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)
