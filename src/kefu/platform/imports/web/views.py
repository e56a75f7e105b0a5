"""The wizard: choose a file, say which column is which, look at the dry run, import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.imports import export, queries, services
from kefu.platform.imports.choices import UploadState
from kefu.platform.imports.models import Upload
from kefu.platform.imports.registry import KINDS, ImportKind
from kefu.platform.imports.web.forms import COLUMN, OPTION, MappingForm, UploadForm
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import is_fragment, redirect_or_hx

ACTIVE = {"active": "imports.imports"}
SHOWN_FAULTS = 100
RECENT = 20
STEPS = {
    UploadState.UPLOADED: 2,
    UploadState.CHECKING: 3,
    UploadState.CHECKED: 3,
    UploadState.APPLYING: 4,
    UploadState.STOPPED: 4,
    UploadState.FAILED: 4,
    UploadState.APPLIED: 5,
}


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """What the viewer may import, and the last imports."""
    actor = actor_of(request)
    context = {**ACTIVE, "title": _("导入"), "kinds": queries.kinds_for(actor), "uploads": _recent(request)}
    return render(request, "imports/index.html", context)


@signed_in
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Step one: the file."""
    actor = actor_of(request)
    declared = queries.kind_for(actor, kind)
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.upload_file(actor=actor, kind=kind, stream=file, name=file.name)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("imports:upload", args=[made.uid]))
    context = {
        **ACTIVE,
        "title": _("导入%(what)s") % {"what": declared.label},
        "kind": declared,
        "step": 1,
        "uploads": _recent(request, kind),
        "mappings": queries.saved_mappings(kind),
    }
    return form_response(request, form, "imports/start.html", context)


@require_safe
@signed_in
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty file with the right header and an example row."""
    declared = queries.kind_for(actor_of(request), kind)
    examples = [column.example for column in declared.columns]
    rows = [examples] if any(examples) else []
    title = _("%(what)s导入模板") % {"what": declared.label}
    return export.file_response(export.to_xlsx(declared.columns, rows, title=str(declared.label)), title, "xlsx")


@require_POST
@signed_in
def forget(request: HttpRequest, kind: str) -> HttpResponse:
    """Delete a kept mapping."""
    services.forget_mapping(actor=actor_of(request), kind=kind, name=request.POST.get("name", "")[:100])
    return redirect_or_hx(request, reverse("imports:start", args=[kind]), text=_("已删除列对应方案"))


@require_safe
@signed_in
def upload(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Wherever the upload stands; htmx asks again while it is being worked on."""
    found = queries.upload_by_uid(actor_of(request), uid)
    return _upload_page(request, found)


@require_POST
@signed_in
def check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Step two: the mapping; begins the dry run."""
    actor = actor_of(request)
    found = queries.upload_by_uid(actor, uid)
    form = MappingForm(_kind(found), found, actor, request.POST)
    if form.is_valid():
        try:
            services.check_upload(
                actor=actor, uid=uid, mapping=form.mapping, options=form.options, save_as=form.cleaned_data["save_as"]
            )
        except InvalidInput as error:
            _blame(form, error)
        else:
            return redirect_or_hx(request, reverse("imports:upload", args=[uid]))
    return _upload_page(request, found, form)


@require_POST
@signed_in
def apply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Step four: import what is good."""
    services.apply_upload(
        actor=actor_of(request),
        uid=uid,
        skip_faulty=request.POST.get("skip_faulty") == "1",
        again=request.POST.get("again") == "1",
    )
    return redirect_or_hx(request, reverse("imports:upload", args=[uid]))


@require_safe
@signed_in
def faults(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The list of faults as a file."""
    found = queries.upload_by_uid(actor_of(request), uid)
    rows = [[fault.row, _header_of(found, fault.column), fault.value, fault.message] for fault in found.faults.all()]
    columns = [_("行号"), _("列"), _("内容"), _("原因")]
    title = _("%(name)s 的错误清单") % {"name": found.file.name.rpartition(".")[0] or found.file.name}
    return export.file_response(export.to_xlsx(columns, rows, title=_("错误清单")), title, "xlsx")


def _upload_page(request: HttpRequest, found: Upload, form: MappingForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    kind = _kind(found)
    state = found.settled_state
    may_map = state in (UploadState.UPLOADED, UploadState.CHECKED) or (
        state == UploadState.FAILED and found.rows_done == 0
    )
    if form is None and may_map:
        form = MappingForm(kind, found, actor)
    context: dict[str, Any] = {
        **ACTIVE,
        "title": _("导入%(what)s") % {"what": kind.label},
        "kind": kind,
        "upload": found,
        "state": state,
        "step": STEPS[state] if not (form is not None and form.errors) else 2,
        "is_busy": state in (UploadState.CHECKING, UploadState.APPLYING),
        "may_map": may_map,
        "may_resume": state in (UploadState.STOPPED, UploadState.FAILED) and found.checked_at and found.rows_done,
        "earlier": queries.earlier_run(found) if state == UploadState.CHECKED else None,
        "faults": [(fault, _header_of(found, fault.column)) for fault in found.faults.all()[:SHOWN_FAULTS]]
        if found.rows_faulty
        else [],
        "done_url": reverse(kind.url_name) if kind.url_name else "",
        "form": form,
    }
    if is_fragment(request):
        return render(request, "imports/_state.html", context)
    if may_map:
        context["sample"] = queries.sample_of(found)
    status = 422 if form is not None and form.errors else 200
    return render(request, "imports/upload.html", context, status=status)


def _kind(found: Upload) -> ImportKind:
    return KINDS.get(found.kind)


def _recent(request: HttpRequest, kind: str = "") -> list[tuple[Upload, Any]]:
    rows = queries.visible_uploads(actor_of(request)).order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    return [(row, KINDS.get(row.kind).label) for row in rows[:RECENT]]


def _header_of(found: Upload, code: str) -> str:
    if not code:
        return ""
    index = found.mapping.get(code)
    if isinstance(index, int) and index < len(found.header):
        return str(found.header[index])
    column = next((column for column in KINDS.get(found.kind).columns if column.code == code), None)
    return str(column.label) if column else code


def _blame(form: MappingForm, error: InvalidInput) -> None:
    for code, message in error.errors.items():
        name = next((name for name in (f"{COLUMN}{code}", f"{OPTION}{code}", code) if name in form.fields), None)
        form.add_error(name, str(message))
    if not error.errors:
        form.add_error(None, str(error.message))
