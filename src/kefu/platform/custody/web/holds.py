"""Legal holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kefu.kernel.errors import InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.custody import permissions, services
from kefu.platform.custody.models import LegalHold
from kefu.platform.custody.web.forms import HoldForm, ReasonForm
from kefu.platform.custody.web.tables import HoldTable, hold_scope
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page


@requires(permissions.HOLD_MANAGE, any_of=(permissions.REGISTRY_VIEW,))
@require_safe
def holds(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    given = {
        "title": _("法律保全"),
        "active": "privacy.holds",
        "may_manage": access.has_permission(actor_of(request), permissions.HOLD_MANAGE),
    }
    return table_page(request, HoldTable(request), "custody/holds.html", given)


@requires(permissions.HOLD_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Place one."""
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.place_hold(
                actor=actor_of(request),
                kind=data["kind"],
                reason=data["reason"],
                subject_kind=data["subject_kind"],
                subject_ref=form.reference(),
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                until=data["until"],
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("custody:holds"), text=_("已设置法律保全"))
    given = {
        "title": _("设置法律保全"),
        "active": "privacy.holds",
        "back": reverse("custody:holds"),
        "submit": _("设置保全"),
    }
    return form_response(request, form, "custody/form.html", given)


@requires(permissions.HOLD_MANAGE)
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """One hold, and its end."""
    hold = get_object_or_404(LegalHold, pk=hold_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.lift_hold(actor=actor_of(request), hold_id=hold_id, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("custody:holds"), text=_("已解除法律保全"))
    given = {
        "title": _("解除法律保全"),
        "active": "privacy.holds",
        "back": reverse("custody:holds"),
        "submit": _("解除保全"),
        "lead": f"{hold_scope(hold)} · {hold.reason}",
        "closed": hold.lifted_at is not None,
    }
    return form_response(request, form, "custody/form.html", given)
