"""Webhook endpoints and their calls: who is told about which events, what came of it, and telling again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput, NotFound
from kefu.kernel.events import EVENTS
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.delivery import queries, services, wording
from kefu.platform.delivery.choices import CallState, EndpointState
from kefu.platform.delivery.models import WebhookEndpoint
from kefu.platform.delivery.permissions import WEBHOOK_MANAGE
from kefu.platform.webui.forms import Form, form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters, table_page

ACTIVE = {"active": "delivery.webhooks"}


class EndpointTable(Table):
    """All endpoints."""

    name = "delivery.webhooks"
    caption = gettext_lazy("推送地址")
    order = ("name", "id")
    columns = [
        Column("name", gettext_lazy("名称"), sort="name", link=True),
        Column("state", gettext_lazy("状态"), kind="state", choices=EndpointState, card="side"),
        Column("url", gettext_lazy("地址"), css="ui-wrap-any"),
        Column(
            "events",
            gettext_lazy("事件"),
            render=lambda row: format_html('<span title="{}">{}</span>', "、".join(row.events), len(row.events)),
            align="right",
        ),
        Column("failed_in_a_row", gettext_lazy("连续失败次数"), kind="number"),
        Column("last_delivered_at", gettext_lazy("最近送达"), kind="when", sort="last_delivered_at"),
    ]

    def rows(self) -> QuerySet[Any]:
        return queries.endpoints(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("delivery:webhook", args=[row.uid])

    @property
    def empty(self) -> Empty:  # type: ignore[override]
        """What to do when there is none."""
        return Empty(
            "webhook",
            gettext_lazy("还没有推送地址"),
            gettext_lazy("添加地址后，其他系统可以在事件发生时立即得到通知。"),
            reverse("delivery:new_webhook"),
            gettext_lazy("添加推送地址"),
        )


class CallTable(Table):
    """Calls, newest first."""

    name = "delivery.calls"
    caption = gettext_lazy("推送记录")
    order = ("-id",)
    columns = [
        Column("event_code", gettext_lazy("事件"), link=True),
        Column("state", gettext_lazy("状态"), kind="state", choices=CallState, card="side"),
        Column("endpoint", gettext_lazy("推送地址"), accessor="endpoint.name"),
        Column("status", gettext_lazy("状态码"), align="right"),
        Column("attempts", gettext_lazy("尝试次数"), kind="number"),
        Column("error", gettext_lazy("错误"), render=lambda row: wording.error_text(row.error)[:120]),
        Column("created_at", gettext_lazy("创建时间"), kind="when"),
    ]
    filters = [
        filters.TextFilter(name="event", label=gettext_lazy("事件"), fields=("event_code",)),
        filters.TextFilter(name="endpoint", label=gettext_lazy("推送地址"), fields=("endpoint__name",)),
        filters.MultiFilter(name="state", label=gettext_lazy("状态"), choices=CallState.choices),
        filters.DateRangeFilter(name="day", label=gettext_lazy("创建日期"), field="created_at"),
    ]
    views = [
        View("all", gettext_lazy("全部")),
        View("failed", gettext_lazy("推送失败"), {"state": ["failed"]}, tone="bad"),
        View("open", gettext_lazy("待推送"), {"state": ["queued", "sending", "held"]}),
    ]
    empty = Empty("webhook", gettext_lazy("还没有推送过事件"), gettext_lazy("事件发生后，每次推送会记录在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.calls(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("delivery:call", args=[row.uid])

    def bulk_actions(self) -> Sequence[BulkAction]:
        return [BulkAction(gettext_lazy("重新推送"), reverse("delivery:replay"), icon="rotate-cw")]


class EndpointForm(Form):
    """An address and the events it wants."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("地址"), max_length=500, help_text=gettext_lazy("以 https:// 开头；不会跟随重定向。")
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("事件"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("推送的内容只有编号，没有个人信息。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (event.code, event.code) for event in sorted(EVENTS, key=lambda event: event.code)
        ]


@require_safe
@requires(WEBHOOK_MANAGE)
def index(request: HttpRequest) -> HttpResponseBase:
    """The endpoints."""
    return table_page(request, EndpointTable(request), "delivery/webhooks.html", {**ACTIVE, "title": _("事件推送")})


@requires(WEBHOOK_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Add an endpoint; its secret is shown on the answer and never again."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            endpoint, secret = services.add_endpoint(
                actor=actor_of(request), name=given["name"], url=given["url"], events=given["events"]
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return _secret(request, endpoint, secret)
    return form_response(request, form, "delivery/webhook_new.html", {**ACTIVE, "title": _("添加推送地址")})


@requires(WEBHOOK_MANAGE)
def detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One endpoint: its settings, its last calls."""
    actor = actor_of(request)
    endpoint = queries.endpoint(actor, uid)
    form = EndpointForm(
        request.POST if request.method == "POST" else None,
        initial={
            "name": endpoint.name,
            "url": endpoint.url,
            "events": endpoint.events,
            "version": endpoint.version,
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_endpoint(
                actor=actor,
                endpoint_id=endpoint.pk,
                name=given["name"],
                url=given["url"],
                events=given["events"],
                expected_version=given["version"],
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("delivery:webhook", args=[uid]), text=_("已保存推送地址"))
    return form_response(
        request,
        form,
        "delivery/webhook.html",
        {
            **ACTIVE,
            "title": endpoint.name,
            "endpoint": endpoint,
            "calls": queries.calls(actor).filter(endpoint=endpoint).order_by("-id")[:10],
        },
    )


@require_POST
@requires(WEBHOOK_MANAGE)
def renew(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new secret, shown once."""
    actor = actor_of(request)
    endpoint, secret = services.renew_secret(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return _secret(request, endpoint, secret)


@require_POST
@requires(WEBHOOK_MANAGE)
def pause(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop calling."""
    actor = actor_of(request)
    services.pause_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return redirect_or_hx(request, reverse("delivery:webhook", args=[uid]), text=_("已暂停推送"))


@require_POST
@requires(WEBHOOK_MANAGE)
def resume(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Call again."""
    actor = actor_of(request)
    count = services.resume_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    text = _("已恢复推送，补推 %(count)d 条") % {"count": count}
    return redirect_or_hx(request, reverse("delivery:webhook", args=[uid]), text=text)


@require_POST
@requires(WEBHOOK_MANAGE)
def ping(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make a call without an event."""
    actor = actor_of(request)
    call = services.send_ping(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    url = reverse("delivery:call", args=[call.uid])
    return redirect_or_hx(request, url, text=_("测试推送已提交，稍后刷新查看结果"))


@require_POST
@requires(WEBHOOK_MANAGE)
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Forget the endpoint."""
    actor = actor_of(request)
    services.remove_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return redirect_or_hx(request, reverse("delivery:webhooks"), text=_("已删除推送地址"))


@require_safe
@requires(WEBHOOK_MANAGE)
def calls(request: HttpRequest) -> HttpResponseBase:
    """The calls of all endpoints."""
    return table_page(request, CallTable(request), context={**ACTIVE, "title": _("推送记录")})


@require_safe
@requires(WEBHOOK_MANAGE)
def call(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One call."""
    found = queries.calls(actor_of(request)).filter(uid=uid).first()
    if found is None:
        raise NotFound(services.unknown_call())
    return render(
        request,
        "delivery/call.html",
        {
            **ACTIVE,
            "title": _("推送 %(code)s") % {"code": found.event_code},
            "call": found,
            "error": wording.error_text(found.error),
            "payload": json.dumps(found.payload, ensure_ascii=False, indent=2),
            "may_replay": found.finished_at is not None and found.endpoint.removed_at is None,
        },
    )


@require_POST
@requires(WEBHOOK_MANAGE)
def replay(request: HttpRequest) -> HttpResponse:
    """Make the ticked finished calls again."""
    ids = [int(value) for value in request.POST.getlist("id")[:200] if value.isdecimal() and len(value) < 19]
    count = services.replay_calls(actor=actor_of(request), ids=ids)
    text = _("已重新推送 %(count)d 条") % {"count": count} if count else _("选中的记录里没有可以重新推送的")
    return redirect_or_hx(request, reverse("delivery:calls"), text=text, tone="ok" if count else "bad")


def _secret(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    context = {**ACTIVE, "title": _("签名密钥"), "endpoint": endpoint, "secret": secret}
    return render(request, "delivery/webhook_secret.html", context)
