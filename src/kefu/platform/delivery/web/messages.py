"""The send ledger: what was sent to whom, with which result, and a person's decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.delivery import queries, services, wording
from kefu.platform.delivery.choices import Channel, MessageState
from kefu.platform.delivery.models import Message
from kefu.platform.delivery.permissions import MESSAGE_MANAGE, MESSAGE_VIEW
from kefu.platform.privacy import queries as privacy
from kefu.platform.privacy.masking import mask_text
from kefu.platform.webui.forms import Form, form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters, table_page

ACTIVE = {"active": "delivery.messages"}
KINDS = {Channel.MAIL.value: "email", Channel.SMS.value: "phone"}


def subject_of(message: Message) -> str:
    """What a page may show of the text: a mail's subject with its numbers masked; of a short message nothing."""
    content = message.content
    if content is None:
        return _("内容已过保存期")
    return mask_text(content.subject) if message.channel == Channel.MAIL else ""


def _to_whole_address(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Messages to exactly this address or number: there is no search by a part."""
    return rows.filter(to_token__in=[privacy.token_of(kind, value) for kind in KINDS.values()])


class MessageTable(Table):
    """All messages, newest first."""

    name = "delivery.messages"
    caption = gettext_lazy("发送记录")
    order = ("-id",)
    columns = [
        Column("to", gettext_lazy("收件人"), render=lambda row: row.to_masked, link=True),
        Column("state", gettext_lazy("状态"), kind="state", choices=MessageState, card="side"),
        Column("channel", gettext_lazy("渠道"), render=lambda row: row.get_channel_display()),
        Column("subject", gettext_lazy("邮件主题"), render=lambda row: row.subject_masked),
        Column("origin", gettext_lazy("来源"), priority=2),
        Column("attempts", gettext_lazy("尝试次数"), kind="number", priority=2),
        Column("error", gettext_lazy("错误"), render=lambda row: wording.error_text(row.error)[:120]),
        Column("created_at", gettext_lazy("创建时间"), kind="when"),
    ]
    filters = [
        filters.TextFilter(
            name="to",
            label=gettext_lazy("邮箱或手机号"),
            placeholder=gettext_lazy("完整的邮箱或手机号"),
            apply=_to_whole_address,
        ),
        filters.MultiFilter(name="state", label=gettext_lazy("状态"), choices=MessageState.choices),
        filters.ChoiceFilter(name="channel", label=gettext_lazy("渠道"), choices=Channel.choices),
        filters.DateRangeFilter(name="day", label=gettext_lazy("创建日期"), field="created_at"),
        filters.TextFilter(name="origin", label=gettext_lazy("来源"), fields=("origin",), is_extra=True),
    ]
    views = [
        View("all", gettext_lazy("全部")),
        View("doubt", gettext_lazy("待人工确认"), {"state": ["unknown"]}, tone="warn"),
        View("failed", gettext_lazy("发送失败"), {"state": ["failed"]}, tone="bad"),
        View("open", gettext_lazy("待发送"), {"state": ["queued", "sending"]}),
    ]
    empty = Empty("send", gettext_lazy("还没有发送过消息"), gettext_lazy("发出的邮件和短信会记录在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.messages(self.viewer)

    def prepare(self, rows: list[Any]) -> list[Any]:
        masks = privacy.masked(row.to_token for row in rows)
        for row in rows:
            row.to_masked = masks.get(bytes(row.to_token), "—")
            row.subject_masked = subject_of(row)
        return rows

    def row_url(self, row: Any) -> str:
        return reverse("delivery:message", args=[row.pk])

    def bulk_actions(self) -> Sequence[BulkAction]:
        if not access.has_permission(self.viewer, MESSAGE_MANAGE):
            return ()
        return [BulkAction(gettext_lazy("重新发送失败的消息"), reverse("delivery:retry"), icon="rotate-cw")]


class DecisionForm(Form):
    """What a person decided about a message, and why."""

    verdict = forms.ChoiceField(label=gettext_lazy("如何处理"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, message: Message, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("discard", _("放弃，不再发送"))]
        if message.state == MessageState.UNKNOWN:
            choices = [("arrived", _("对方已收到，不再发送")), ("resend", _("对方没有收到，再发一次")), *choices]
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("verdict", "discard")


@require_safe
@requires(MESSAGE_VIEW)
def index(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    return table_page(request, MessageTable(request), context={**ACTIVE, "title": _("发送记录")})


@require_safe
@requires(MESSAGE_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message with its attempts."""
    return _page(request, pk)


@require_POST
@requires(MESSAGE_MANAGE)
def retry(request: HttpRequest) -> HttpResponse:
    """Send the ticked failed messages again."""
    ids = [int(value) for value in request.POST.getlist("id")[:200] if value.isdecimal() and len(value) < 19]
    count = services.retry_messages(actor=actor_of(request), ids=ids)
    text = _("已重新发送 %(count)d 条") % {"count": count} if count else _("选中的记录里没有可以重发的失败消息")
    return redirect_or_hx(request, reverse("delivery:messages"), text=text, tone="ok" if count else "bad")


@require_POST
@requires(MESSAGE_MANAGE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out a person's decision."""
    actor = actor_of(request)
    form = DecisionForm(queries.message(actor, pk), request.POST)
    if form.is_valid():
        reason, verdict = form.cleaned_data["reason"], form.cleaned_data["verdict"]
        try:
            if verdict == "discard":
                services.discard_message(actor=actor, message_id=pk, reason=reason)
            else:
                services.resolve_doubt(actor=actor, message_id=pk, arrived=verdict == "arrived", reason=reason)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            text = {
                "arrived": _("已记为送达"),
                "resend": _("已重新发送"),
                "discard": _("已放弃发送"),
            }[verdict]
            return redirect_or_hx(request, reverse("delivery:message", args=[pk]), text=text)
    return _page(request, pk, form)


def _page(request: HttpRequest, pk: int, form: DecisionForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    message = queries.message(actor, pk)
    may_manage = access.has_permission(actor, MESSAGE_MANAGE)
    decidable = may_manage and message.state in (MessageState.UNKNOWN, MessageState.FAILED, MessageState.QUEUED)
    form = form or DecisionForm(message)
    return form_response(
        request,
        form,
        "delivery/message.html",
        {
            **ACTIVE,
            "title": _("消息 %(number)s") % {"number": message.pk},
            "message": message,
            "subject": subject_of(message),
            "kind": KINDS[message.channel],
            "place": f"delivery.message:{message.pk}",
            "error": wording.error_text(message.error),
            "attempts": [{"row": row, "detail": wording.error_text(row.detail)} for row in message.attempt_log.all()],
            "is_decidable": decidable,
            "may_retry": may_manage and message.state == MessageState.FAILED and message.sealed is not None,
        },
    )
