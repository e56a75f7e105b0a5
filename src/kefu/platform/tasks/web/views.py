"""The pages of tasks: one's own, the team's, one task with its history, a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.tasks import live, permissions, queries, services
from kefu.platform.tasks.choices import TaskVerb
from kefu.platform.tasks.models import Task
from kefu.platform.tasks.registry import TASK_KINDS
from kefu.platform.tasks.web.forms import (
    CompleteForm,
    DueForm,
    FileForm,
    HandOverForm,
    NewTaskForm,
    NoteForm,
    ReasonForm,
)
from kefu.platform.tasks.web.tables import MyTaskTable, TeamTaskTable
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page

DONE_TEXT = {
    TaskVerb.TAKEN: gettext_lazy("已领取任务"),
    TaskVerb.STARTED: gettext_lazy("已开始处理"),
    TaskVerb.COMPLETED: gettext_lazy("已提交完成"),
    TaskVerb.VERIFIED: gettext_lazy("已复核通过"),
    TaskVerb.SENT_BACK: gettext_lazy("已退回任务"),
    TaskVerb.HANDED_OVER: gettext_lazy("已转交任务"),
    TaskVerb.RESCHEDULED: gettext_lazy("已调整期限"),
    TaskVerb.CANCELLED: gettext_lazy("已取消任务"),
    TaskVerb.REOPENED: gettext_lazy("已重新打开任务"),
}

WORK: dict[str, tuple[TaskVerb, Callable[..., Task], bool]] = {
    "take": (TaskVerb.TAKEN, services.take, True),
    "start": (TaskVerb.STARTED, services.start, True),
    "complete": (TaskVerb.COMPLETED, services.complete, True),
    "verify": (TaskVerb.VERIFIED, services.verify, True),
    "send-back": (TaskVerb.SENT_BACK, services.send_back, True),
    "hand-over": (TaskVerb.HANDED_OVER, services.hand_over, True),
    "reschedule": (TaskVerb.RESCHEDULED, services.reschedule, False),
    "cancel": (TaskVerb.CANCELLED, services.cancel, True),
    "reopen": (TaskVerb.REOPENED, services.reopen, False),
}
"""The last part of the address → what the history calls it, the service, whether it refuses a changed task."""


@require_safe
@requires(permissions.VIEW)
def mine(request: HttpRequest) -> HttpResponseBase:
    """One's own tasks and those that wait at one's unit, with live figures."""
    actor = actor_of(request)
    table = MyTaskTable(request)
    context: dict[str, Any] = {"title": _("我的任务"), "active": "tasks.mine"}
    if actor.user_id is not None:
        context |= {"counts": queries.open_for(actor.user_id, actor), "topic": live.topic_of(actor.user_id)}
    return table_page(request, table, "tasks/mine.html", {**context, "may_open": bool(queries.kinds_for(actor))})


@require_safe
@requires(permissions.STEER, any_of=(permissions.VERIFY,))
def team(request: HttpRequest) -> HttpResponseBase:
    """The tasks inside the viewer's scope."""
    context = {
        "title": _("团队任务"),
        "active": "tasks.team",
        "may_open": bool(queries.kinds_for(actor_of(request))),
    }
    return table_page(request, TeamTaskTable(request), "tasks/team.html", context)


@requires(permissions.OPEN)
def new(request: HttpRequest) -> HttpResponse:
    """Open a task by hand."""
    actor = actor_of(request)
    form = NewTaskForm(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = services.open_task(
                actor=actor,
                kind=given["kind"],
                title=given["title"],
                body=given["body"],
                owner_id=int(given["owner"]) if given["owner"] else None,
                node_id=int(given["node"]) if given["node"] else None,
                due_at=given["due_at"],
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("tasks:task", args=[row.number]), text=_("已建立任务"))
    return form_response(request, form, "tasks/new.html", {"title": _("建立任务"), "active": "tasks.mine"})


@require_safe
@requires(permissions.VIEW)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One task: what is to do, by when, what was done, who checked."""
    return _page(request, queries.visible_task(actor_of(request), number))


@require_POST
@requires(permissions.VIEW)
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one thing with one task; a form with errors comes back on the task's page."""
    actor = actor_of(request)
    row = queries.visible_task(actor, number)
    form = _form_of(verb, request, row)
    if form is not None and not form.is_valid():
        return _page(request, row, **{verb: form})
    given = form.cleaned_data if form is not None else {}
    try:
        done = _do(request, row, verb, given)
    except InvalidInput as error:
        if form is None:
            raise
        form.add_domain_error(error)  # type: ignore[attr-defined]
        return _page(request, row, **{verb: form})
    if queries.tasks_for(actor).filter(pk=row.pk).exists():
        return redirect_or_hx(request, reverse("tasks:task", args=[number]), text=DONE_TEXT[done])
    return redirect_or_hx(request, reverse("tasks:mine"), text=DONE_TEXT[done])


@require_POST
@requires(permissions.VIEW)
def add_file(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a file that proves the task."""
    row = queries.visible_task(actor_of(request), number)
    form = FileForm(request.POST, request.FILES, prefix="file")
    if not form.is_valid():
        return _page(request, row, file=form)
    upload = form.cleaned_data["file"]
    try:
        services.add_evidence(actor=actor_of(request), task_id=row.pk, stream=upload, name=upload.name)
    except InvalidInput as error:
        form.add_domain_error(error)
        return _page(request, row, file=form)
    return redirect_or_hx(request, reverse("tasks:task", args=[number]), text=_("已添加证明文件"))


def _form_of(verb: str, request: HttpRequest, row: Task) -> Form | None:
    given, actor = request.POST, actor_of(request)
    if verb == "complete":
        return CompleteForm(given, prefix=verb)
    if verb in ("send-back", "cancel", "reopen"):
        return ReasonForm(given, prefix=verb)
    if verb == "verify":
        return NoteForm(given, prefix=verb)
    if verb == "reschedule":
        return DueForm(given, prefix=verb)
    if verb == "hand-over":
        return HandOverForm(actor, given, prefix=verb, permission=_reach(request, row))
    return None


def _reach(request: HttpRequest, row: Task) -> str:
    """Whose people may be chosen: those of the steering right, or for one's own making those of the opening right."""
    actor = actor_of(request)
    return permissions.STEER if access.has_permission(actor, permissions.STEER) else permissions.OPEN


def _do(request: HttpRequest, row: Task, verb: str, given: dict[str, Any]) -> TaskVerb:
    """Call the service of the verb with what the form holds; most refuse a task that changed since it was shown."""
    if verb not in WORK:
        raise NotFound(_("没有这个操作。"))
    done, work, is_versioned = WORK[verb]
    version = request.POST.get("version", "")
    if is_versioned and version.isdecimal():
        given = {**given, "expected_version": int(version)}
    if "owner" in given:
        given = {**given, "owner_id": int(given["owner"])}
        del given["owner"]
    work(actor=actor_of(request), task_id=row.pk, **given)
    return done


def _page(request: HttpRequest, row: Task, **forms: Any) -> HttpResponse:
    actor = actor_of(request)
    verbs = {verb.value for verb in queries.verbs_for(actor, row)}
    kind = TASK_KINDS.find(row.kind)
    context = {
        "title": row.title,
        "active": "tasks.mine" if row.owner_id == actor.user_id else "tasks.team",
        "task": row,
        "kind": kind,
        "verbs": verbs,
        "history": queries.history_of(row),
        "evidence": queries.evidence_of(row),
        "complete_form": forms.get("complete") or CompleteForm(prefix="complete"),
        "verify_form": forms.get("verify") or NoteForm(prefix="verify"),
        "back_form": forms.get("send-back") or ReasonForm(prefix="send-back"),
        "cancel_form": forms.get("cancel") or ReasonForm(prefix="cancel"),
        "reopen_form": forms.get("reopen") or ReasonForm(prefix="reopen"),
        "due_form": forms.get("reschedule") or DueForm(prefix="reschedule"),
        "file_form": forms.get("file") or FileForm(prefix="file"),
        "open_fold": next(iter(forms), ""),
    }
    if "handed_over" in verbs:
        context["hand_form"] = forms.get("hand-over") or HandOverForm(
            actor, prefix="hand-over", permission=_reach(request, row)
        )
    return render(request, "tasks/task.html", context, status=422 if forms else 200)
