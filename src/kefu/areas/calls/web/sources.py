"""Sources: state, deliveries, faults, outages; taking in a file; the secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kefu.areas.calls import permissions, services
from kefu.areas.calls.choices import BatchState, SourceKind
from kefu.areas.calls.models import RawBatch, RawFault, Source, SourceOutage
from kefu.areas.calls.services.linking import lag_seconds, silent_seconds
from kefu.areas.calls.web.forms import SecretForm, SourceForm, UploadForm
from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, KefuError, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.files import services as files
from kefu.platform.jobs.services import enqueue
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import Column, Empty, Table, filters, table_page

ACTIVE = "calls.sources"
SHOWN = 20
LARGEST_MAPPING = 256 * 1024


class FaultTable(Table):
    """The lines of a source that were set aside."""

    name = "calls.faults"
    order = ("-id",)
    export_permission = permissions.SOURCE_MANAGE
    export_name = "faults"
    caption = gettext_lazy("搁置记录")
    columns = [
        Column("line_number", gettext_lazy("行号"), kind="number", link=True),
        Column("code", gettext_lazy("原因代码"), card="side"),
        Column("reason", gettext_lazy("原因"), render=lambda row: _(row.reason) if row.reason else ""),
        Column("text", gettext_lazy("内容"), render=lambda row: row.shown, css="ui-mono ui-break"),
        Column("origin", gettext_lazy("来源"), priority=2),
        Column("created_at", gettext_lazy("搁置时间"), kind="when"),
    ]
    filters = [
        filters.TextFilter(name="q", label=gettext_lazy("查找"), fields=("code", "reason")),
        filters.ChoiceFilter(
            name="code",
            label=gettext_lazy("原因代码"),
            choices=lambda viewer: [
                (code, code)
                for code in RawFault.objects.order_by("code").values_list("code", flat=True).distinct()[:200]
            ],
        ),
    ]
    empty = Empty("circle-check", gettext_lazy("没有搁置的记录"), gettext_lazy("收到的每一行都已入账。"))

    def rows(self) -> Any:
        """Those of the one source."""
        return RawFault.objects.filter(source=self.context["source"])

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Personal values in the lines are masked."""
        from kefu.platform.privacy.masking import mask_text

        for row in rows:
            row.shown = mask_text(row.text[:300])
        return rows


def source_called(code: str) -> Source:
    """The source of that code."""
    source = Source.objects.select_related("node").filter(code=code).first()
    if source is None:
        raise NotFound(_("没有编码为“%(code)s”的话务源。") % {"code": code})
    return source


@require_safe
@requires(permissions.SOURCE_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """Every source with its state."""
    now = clock.now()
    cards = [_card(source, now) for source in Source.objects.select_related("node")]
    given = {
        "title": pgettext("多个", "话务源"),
        "active": ACTIVE,
        "cards": cards,
        "may_manage": has_permission(actor_of(request), permissions.SOURCE_MANAGE),
    }
    return render(request, "calls/sources.html", given)


@require_safe
@requires(permissions.SOURCE_VIEW)
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One source: state, deliveries, outages, how to send."""
    return render(request, "calls/source.html", _context(request, source_called(code)))


@require_safe
@requires(permissions.SOURCE_VIEW)
def faults(request: HttpRequest, code: str) -> HttpResponseBase:
    """What was set aside, with the reasons."""
    source = source_called(code)
    table = FaultTable(request, source=source)
    given = {"title": _("搁置记录 · %(name)s") % {"name": source.name}, "active": ACTIVE, "source": source}
    return table_page(request, table, "calls/faults.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.SOURCE_MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A new source."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actor = actor_of(request)
        try:
            if Source.objects.filter(code=data["code"]).exists():
                raise InvalidInput(_("这个编码已被使用。"), field="code")
            source = services.ensure_source(
                actor=actor, code=data["code"], kind=data["kind"], time_zone=data["time_zone"], name=data["name"]
            )
            _change(actor, source, form)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("calls:source", args=[source.code]), text=_("已新建话务源"))
    given = {"title": _("新建话务源"), "active": ACTIVE, "button": _("新建话务源"), "back": reverse("calls:sources")}
    return form_response(request, form, "calls/form.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.SOURCE_MANAGE)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a source."""
    source = source_called(code)
    options = {name: source.options.get(name, "") for name in ("log_path", "ami_host", "ami_port", "ami_username")}
    initial = {"name": source.name, "node_id": source.node_id or "", "is_active": source.is_active} | options
    form = SourceForm(request.POST or None, initial=initial, fixed=True)
    back = reverse("calls:source", args=[source.code])
    if request.method == "POST" and form.is_valid():
        try:
            _change(actor_of(request), source, form)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, back, text=_("已保存话务源"))
    given = {
        "title": _("修改话务源 %(name)s") % {"name": source.name},
        "active": ACTIVE,
        "button": _("保存话务源"),
        "back": back,
    }
    return form_response(request, form, "calls/form.html", given)


@require_POST
@requires(permissions.SOURCE_MANAGE)
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a file and take it in as a job."""
    source, actor = source_called(code), actor_of(request)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            if (given := form.cleaned_data["mapping"]) is not None:
                _take_mapping(actor, source, given)
            elif source.kind == SourceKind.ROWS and not source.options.get("mapping"):
                raise InvalidInput(_("第一次导入话单时请同时上传列映射。"), field="mapping")
            kept = files.store(
                actor=actor,
                stream=form.cleaned_data["file"],
                name=form.cleaned_data["file"].name,
                purpose="calls.upload",
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            job = enqueue(
                "calls.import_file",
                actor=actor,
                title=_("导入“%(file)s”到“%(source)s”") % {"file": kept.name, "source": source.name},
                source=source.code,
                file=str(kept.uid),
            )
            return redirect_or_hx(request, reverse("jobs:job", args=[job.uid]))
    return render(request, "calls/source.html", _context(request, source, upload=form), status=422)


@require_POST
@never_cache
@requires(permissions.SOURCE_MANAGE)
def rotate(request: HttpRequest, code: str) -> HttpResponse:
    """Give the source a new secret and show it this once."""
    source = source_called(code)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return render(request, "calls/source.html", _context(request, source, secret=form), status=422)
    given = form.cleaned_data["value"]
    plain = services.rotate_secret(actor=actor_of(request), source=source, value=given)
    return render(
        request, "calls/source.html", _context(request, source) | {"plain": "" if given else plain, "rotated": True}
    )


def _change(actor: Any, source: Source, form: SourceForm) -> None:
    data = form.cleaned_data
    services.change_source(
        actor=actor, source=source, name=data["name"], node_id=data["node_id"], is_active=data["is_active"],
        options=form.options(),
    )  # fmt: skip


def _take_mapping(actor: Any, source: Source, given: Any) -> None:
    if source.kind != SourceKind.ROWS:
        raise InvalidInput(_("只有话单类型的话务源才使用列映射。"), field="mapping")
    if given.size > LARGEST_MAPPING:
        raise InvalidInput(_("映射文件过大，请检查是否选错文件。"), field="mapping")
    try:
        text = given.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(_("映射文件不是 UTF-8 编码的文本。"), field="mapping") from None
    try:
        services.ensure_row_source(actor=actor, code=source.code, mapping=services.read_mapping(text))
    except KefuError as error:
        raise InvalidInput(str(error.message), field="mapping") from None
    source.refresh_from_db()


def _card(source: Source, now: datetime) -> dict[str, Any]:
    last = RawBatch.objects.filter(source=source).first()
    return {
        "source": source,
        "lag": lag_seconds(source),
        "silent": silent_seconds(source, now),
        "last": last,
        "faults": min(RawFault.objects.filter(source=source)[:1000].count(), 999),
        "pending": RawBatch.objects.filter(source=source, state=BatchState.PENDING).exists(),
    }


def _context(
    request: HttpRequest, source: Source, *, upload: UploadForm | None = None, secret: SecretForm | None = None
) -> dict[str, Any]:
    may_manage = has_permission(actor_of(request), permissions.SOURCE_MANAGE)
    base = request.build_absolute_uri("/api/v1/calls/sources/")
    return {
        "title": source.name,
        "active": ACTIVE,
        "may_manage": may_manage,
        "batches": RawBatch.objects.filter(source=source)[:SHOWN],
        "outages": SourceOutage.objects.filter(source=source)[:SHOWN],
        "webhook_url": f"{base}{source.code}/webhook",
        "batch_url": f"{base}{source.code}/events",
        "is_feed": source.kind == SourceKind.EVENTS,
        "is_rows": source.kind == SourceKind.ROWS,
        "mapping_title": (source.options.get("mapping") or {}).get("title", ""),
        "has_mapping": bool(source.options.get("mapping")),
        "has_secret": bool(source.secret),
        "upload": upload or UploadForm(),
        "secret": secret or SecretForm(),
        "source": source,
        "card": _card(source, clock.now()),
    }
