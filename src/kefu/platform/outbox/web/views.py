"""The pages of event deliveries: those that failed first, one with its event, retry and discard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.outbox import queries, services
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.permissions import MANAGE
from kefu.platform.webui.forms import Form, form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters, table_page

ACTIVE = {"active": "outbox.deliveries"}


class DeliveryTable(Table):
    """Deliveries, dead letters first."""

    name = "outbox.delivery"
    caption = gettext_lazy("事件投递")
    order = ("-id",)
    columns = [
        Column("event", gettext_lazy("事件"), accessor="event.code", link=True),
        Column("state", gettext_lazy("状态"), kind="state", choices=DeliveryState, card="side"),
        Column("handler", gettext_lazy("处理程序")),
        Column("attempts", gettext_lazy("尝试次数"), kind="number"),
        Column("error", gettext_lazy("错误"), render=lambda row: row.error[:120]),
        Column("created_at", gettext_lazy("发生时间"), kind="when"),
    ]
    filters = [
        filters.TextFilter(name="q", label=gettext_lazy("事件或处理程序"), fields=("event__code", "handler")),
        filters.MultiFilter(name="state", label=gettext_lazy("状态"), choices=DeliveryState.choices),
        filters.DateRangeFilter(name="day", label=gettext_lazy("日期"), field="created_at"),
    ]
    views = [
        View("dead", gettext_lazy("投递失败"), {"state": ["dead"]}, tone="bad"),
        View("waiting", gettext_lazy("待投递"), {"state": ["waiting"]}),
        View("all", gettext_lazy("全部")),
    ]
    empty = Empty("circle-check", gettext_lazy("没有失败的投递"), gettext_lazy("各环节之间的事件都已送达。"))

    def rows(self) -> QuerySet[Any]:
        return queries.deliveries(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("outbox:delivery", args=[row.pk])

    def bulk_actions(self) -> Sequence[BulkAction]:
        return [BulkAction(gettext_lazy("重新投递"), reverse("outbox:retry"), icon="rotate-cw")]


class DiscardForm(Form):
    """Why a dead letter is given up."""

    reason = forms.CharField(label=gettext_lazy("放弃的原因"), max_length=200)


@require_safe
@requires(MANAGE)
def index(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    return table_page(request, DeliveryTable(request), context={**ACTIVE, "title": _("事件投递")})


@require_safe
@requires(MANAGE)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery."""
    return _page(request, pk, DiscardForm())


@require_POST
@requires(MANAGE)
def retry(request: HttpRequest) -> HttpResponse:
    """Deliver the ticked dead letters again."""
    ids = [int(value) for value in request.POST.getlist("id")[:200] if value.isdecimal() and len(value) < 19]
    count = services.retry_deliveries(actor=actor_of(request), ids=ids)
    text = _("已重新投递 %(count)d 条") % {"count": count} if count else _("选中的记录里没有失败的投递")
    return redirect_or_hx(request, reverse("outbox:deliveries"), text=text, tone="ok" if count else "bad")


@require_POST
@requires(MANAGE)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a dead letter."""
    form = DiscardForm(request.POST)
    if form.is_valid():
        try:
            services.discard_delivery(actor=actor_of(request), delivery_id=pk, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("outbox:deliveries"), text=_("已放弃投递"))
    return _page(request, pk, form)


def _page(request: HttpRequest, pk: int, form: DiscardForm) -> HttpResponse:
    delivery = queries.deliveries(actor_of(request)).filter(pk=pk).first()
    if delivery is None:
        raise NotFound(_("没有这条投递记录。"))
    return form_response(
        request,
        form,
        "outbox/delivery.html",
        {
            **ACTIVE,
            "title": _("投递 %(code)s") % {"code": delivery.event.code},
            "delivery": delivery,
            "payload": json.dumps(delivery.event.payload, ensure_ascii=False, indent=2),
        },
    )
