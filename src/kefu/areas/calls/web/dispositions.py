"""The codes with which calls are summed up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import Disposition
from kefu.areas.calls.web.forms import DispositionForm
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = "calls.dispositions"


@require_safe
@requires(permissions.DISPOSITION_MANAGE)
def listing(request: HttpRequest) -> HttpResponse:
    """All of them, by group."""
    rows = Disposition.objects.order_by("group", "sort_order", "code")
    return render(request, "calls/dispositions.html", {"title": _("小结代码"), "active": ACTIVE, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.DISPOSITION_MANAGE)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a code."""
    row = Disposition.objects.filter(pk=pk).first() if pk else None
    if pk and row is None:
        raise NotFound(_("没有这个小结代码。"))
    fields = ("code", "name", "group", "sort_order", "is_active")
    form = DispositionForm(request.POST or None, initial={f: getattr(row, f) for f in fields} if row else None)
    back = reverse("calls:dispositions")
    if request.method == "POST" and form.is_valid():
        try:
            services.save_disposition(actor=actor_of(request), disposition=row, **form.cleaned_data)
        except InvalidInput as error:
            form.add_domain_error(error)
        except Conflict as error:
            form.add_error(error.field or None, str(error.message))
        else:
            return redirect_or_hx(request, back, text=_("已保存小结代码"))
    title = _("修改小结代码 %(name)s") % {"name": row.name} if row else _("新建小结代码")
    given = {"title": title, "active": ACTIVE, "button": _("保存小结代码"), "back": back}
    return form_response(request, form, "calls/form.html", given)
