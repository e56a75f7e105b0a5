"""Mail server and SMS gateway: how they stand, how the gateway is asked, and a test of either."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput, RuleBroken, TooMany
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.delivery import queries, services
from kefu.platform.delivery.choices import BodyKind, Channel, Method, SuccessKind
from kefu.platform.delivery.models import SmsGateway
from kefu.platform.delivery.permissions import CHANNEL_MANAGE
from kefu.platform.webui.forms import Form, form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "delivery.channels"}
SAMPLE_BODY = '{"mobile": "{{phone}}", "content": "{{text}}"}'


class GatewayForm(Form):
    """How the gateway is asked and how its answers are read."""

    is_active = forms.BooleanField(label=gettext_lazy("启用短信网关"), required=False)
    url = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=500,
        help_text=gettext_lazy("以 https:// 开头；内网地址须由管理员在 KEFU_PRIVATE_TARGETS 中列出。"),
    )
    method = forms.ChoiceField(label=gettext_lazy("请求方法"), choices=Method.choices)
    timeout_seconds = forms.IntegerField(label=gettext_lazy("超时（秒）"), min_value=1, max_value=60)
    headers = forms.CharField(
        label=gettext_lazy("请求头"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个，例如 Authorization: Bearer {{secret}}。"),
    )
    body_kind = forms.ChoiceField(label=gettext_lazy("参数格式"), choices=BodyKind.choices)
    body = forms.CharField(
        label=gettext_lazy("参数模板"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "JSON 写完整的对象；表单和网址参数每行一个“名称=值”。可用 {{phone}} 手机号、{{text}} 内容、"
            "{{id}} 消息编号、{{secret}} 密钥。"
        ),
    )
    secret = forms.CharField(
        label=gettext_lazy("密钥"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("加密保存，不再显示。留空表示不修改。"),
    )
    forget_secret = forms.BooleanField(label=gettext_lazy("删除已保存的密钥"), required=False)
    success_kind = forms.ChoiceField(label=gettext_lazy("怎样算发送成功"), choices=SuccessKind.choices)
    success_path = forms.CharField(
        label=gettext_lazy("看返回 JSON 的哪一项"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("用点分隔，例如 data.0.code。"),
    )
    success_value = forms.CharField(label=gettext_lazy("等于或包含什么"), required=False, max_length=200)
    id_path = forms.CharField(
        label=gettext_lazy("网关编号在哪一项"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("选填，便于向网关查询。"),
    )
    idempotency_header = forms.CharField(
        label=gettext_lazy("防重复请求头"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("网关支持时填写，例如 Idempotency-Key：发送中断后可以放心自动重发。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_headers(self) -> dict[str, str]:
        """``Name: value`` lines."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["headers"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon:
                raise forms.ValidationError(_("请求头每行一个，写成“名称: 值”。"))
            found[name.strip()] = value.strip()
        return found

    @classmethod
    def of(cls, gateway: SmsGateway | None) -> GatewayForm:
        """The form as it is shown first."""
        if gateway is None:
            return cls(initial={"timeout_seconds": 15, "body": SAMPLE_BODY, "version": 0})
        initial: dict[str, Any] = {
            name: getattr(gateway, name) for name in cls.base_fields if hasattr(gateway, name) and name != "secret"
        }
        initial["headers"] = "\n".join(f"{name}: {value}" for name, value in gateway.headers.items())
        return cls(initial=initial)


class TestForm(Form):
    """Where a test message goes."""

    __test__ = False

    channel = forms.ChoiceField(label=gettext_lazy("渠道"), choices=Channel.choices)
    to = forms.CharField(label=gettext_lazy("发到"), max_length=200, help_text=gettext_lazy("您自己的邮箱或手机号。"))


@require_safe
@requires(CHANNEL_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
@requires(CHANNEL_MANAGE)
def save(request: HttpRequest) -> HttpResponse:
    """Set up the gateway."""
    form = GatewayForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        version, given, forget = (values.pop(name) for name in ("version", "secret", "forget_secret"))
        secret = given or ("" if forget else None)
        try:
            services.save_gateway(actor=actor_of(request), values=values, secret=secret, expected_version=version)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("delivery:channels"), text=_("已保存短信网关"))
    return _page(request, form)


@require_POST
@requires(CHANNEL_MANAGE)
def test(request: HttpRequest) -> HttpResponse:
    """Send a test message and go to its record."""
    form = TestForm(request.POST)
    if form.is_valid():
        try:
            message = services.send_test(actor=actor_of(request), **form.cleaned_data)
        except InvalidInput as error:
            form.add_domain_error(error)
        except (RuleBroken, TooMany) as error:
            form.add_error(None, str(error.message))
        else:
            url = reverse("delivery:message", args=[message.pk])
            return redirect_or_hx(request, url, text=_("测试消息已提交，稍后刷新查看结果"))
    return _page(request, None, form)


def _page(request: HttpRequest, form: GatewayForm | None = None, trial: TestForm | None = None) -> HttpResponse:
    gateway = queries.gateway(actor_of(request))
    mail = None
    if settings.EMAIL_HOST:
        how = _("TLS 加密") if settings.EMAIL_USE_SSL else "STARTTLS" if settings.EMAIL_USE_TLS else _("不加密")
        mail = {
            "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
            "how": how,
            "user": settings.EMAIL_HOST_USER,
            "sender": settings.DEFAULT_FROM_EMAIL,
        }
    trial = trial or TestForm(initial={"channel": Channel.MAIL if mail else Channel.SMS})
    return form_response(
        request,
        trial if trial.errors else form or GatewayForm.of(gateway),
        "delivery/channels.html",
        {
            **ACTIVE,
            "title": _("邮件与短信"),
            "mail": mail,
            "gateway": gateway,
            "gateway_form": form or GatewayForm.of(gateway),
            "trial": trial,
        },
    )
