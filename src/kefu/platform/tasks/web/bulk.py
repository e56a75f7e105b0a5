"""Several tasks at once: each by its own rules, and the answer says how many went through."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.kernel.errors import InvalidInput, KefuError, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.tasks import permissions, queries, services
from kefu.platform.tasks.models import Task
from kefu.platform.tasks.web.forms import HandOverForm
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import local_referer, redirect_or_hx

MOST = 100
VERBS: dict[str, Callable[..., Task]] = {
    "take": services.take,
    "start": services.start,
    "complete": services.complete,
    "verify": services.verify,
}


@require_POST
@requires(permissions.WORK, any_of=(permissions.VERIFY,))
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """Take, start, complete or verify the ticked tasks."""
    if verb not in VERBS:
        raise NotFound(_("没有这个操作。"))
    actor = actor_of(request)
    return _answer(request, lambda row: VERBS[verb](actor=actor, task_id=row.pk), local_referer(request, _list(verb)))


@require_POST
@requires(permissions.STEER)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Ask to whom the ticked tasks go, then give them there."""
    actor = actor_of(request)
    is_answer = "owner" in request.POST
    form = HandOverForm(actor, request.POST if is_answer else None)
    if is_answer and form.is_valid():
        given = form.cleaned_data
        return _answer(
            request,
            lambda row: services.hand_over(
                actor=actor, task_id=row.pk, owner_id=int(given["owner"]), note=given["note"]
            ),
            reverse("tasks:team"),
        )
    return form_response(
        request,
        form,
        "tasks/hand_over.html",
        {"active": "tasks.team", "title": _("转交任务"), "rows": _chosen(request)},
    )


def _answer(request: HttpRequest, work: Callable[[Task], Task], back: str) -> HttpResponse:
    done, refused = 0, ""
    for row in _chosen(request):
        try:
            work(row)
            done += 1
        except KefuError as error:
            refused = refused or f"{row.number}：{error.message}"
    text = _("已处理 %(n)s 个任务") % {"n": done}
    if refused:
        text += "；" + _("其余没有执行，例如 %(why)s") % {"why": refused}
    return redirect_or_hx(request, back, text=text, tone="bad" if refused and not done else "ok")


def _chosen(request: HttpRequest) -> list[Task]:
    numbers = request.POST.getlist("id")[:MOST]
    rows = list(queries.tasks_for(actor_of(request)).filter(number__in=numbers).order_by("id"))
    if not rows:
        raise InvalidInput(_("请先勾选任务。"), field="id")
    return rows


def _list(verb: str) -> str:
    return reverse("tasks:team") if verb == "verify" else reverse("tasks:mine")
