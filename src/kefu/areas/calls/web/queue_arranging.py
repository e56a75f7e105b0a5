"""Arranging the queues that appeared by themselves, all on one page."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import Queue
from kefu.areas.calls.services.arranging import QueuePlan
from kefu.areas.calls.web.forms import QueueForm
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.webui.responses import redirect_or_hx

SHOWN = 50


class RowForm(QueueForm):
    """One queue in a table: the same fields, without its place in the list."""

    is_ready = forms.BooleanField(label=gettext_lazy("整理完毕"), required=False, initial=True)

    def __init__(self, *args: object, queue: Queue, **kwargs: object) -> None:
        super().__init__(*args, fixed=True, **kwargs)
        for name in ("sort_order", "is_active"):
            del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{queue.code} · {field.label}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.QUEUE_MANAGE)
def arrange(request: HttpRequest) -> HttpResponse:
    """Every queue that waits to be arranged, in one table; those marked ready are saved."""
    actor = actor_of(request)
    queues = list(Queue.objects.filter(is_arranged=False, is_active=True).order_by("code")[:SHOWN])
    rows = [
        (
            queue,
            RowForm(
                request.POST or None,
                queue=queue,
                prefix=f"q{queue.pk}",
                initial={"name": queue.name, "target_seconds": queue.target_seconds, "node_id": queue.node_id},
            ),
        )
        for queue in queues
    ]
    status = 200
    if request.method == "POST":
        chosen = [(queue, form) for queue, form in rows if f"q{queue.pk}-is_ready" in request.POST]
        faulty = [form for _queue, form in chosen if not form.is_valid()]
        if chosen and not faulty and _save(actor, chosen):
            text = _("已整理 %(n)d 个队列") % {"n": len(chosen)}
            return redirect_or_hx(request, reverse("calls:queues"), text=text)
        status = 422
    given = {"title": _("整理队列"), "active": "calls.queues", "rows": rows}
    return render(request, "calls/queues_arrange.html", given, status=status)


def _save(actor: object, chosen: list[tuple[Queue, RowForm]]) -> bool:
    """All of them, or none; what a service refuses stands beside its row."""
    try:
        with transaction.atomic():
            for queue, form in chosen:
                current = (queue, form)
                data = {key: value for key, value in form.cleaned_data.items() if key != "is_ready"}
                plan = QueuePlan(**data, sort_order=queue.sort_order, is_active=queue.is_active)
                services.save_queue(actor=actor, plan=plan, queue=queue)  # type: ignore[arg-type]
    except InvalidInput as error:
        current[1].add_domain_error(error)
        return False
    return True
