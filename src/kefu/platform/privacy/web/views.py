"""The dialog that asks for a reason and shows one value for a minute."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from kefu.kernel.errors import InvalidInput, NotFound, TooMany
from kefu.platform.access import guard
from kefu.platform.privacy import permissions, queries, services
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.services.revealing import SHORTEST_REASON
from kefu.platform.webui.forms import Form

SHOWN_SECONDS = 60


class ReasonForm(Form):
    """Why the value is needed."""

    reason = forms.CharField(
        label=_("查看理由"),
        help_text=_("至少 4 个字，例如“客户要求回拨”。理由会记入审计。"),
        min_length=SHORTEST_REASON,
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={
            "required": _("请写明查看理由，至少 4 个字。"),
            "min_length": _("请写明查看理由，至少 4 个字。"),
        },
    )


@guard.requires(permissions.VALUE_REVEAL)
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, ticket: str) -> HttpResponse:
    """GET: the form; POST: the value, or the form with what is wrong."""
    actor = guard.actor_of(request)
    token, context = services.read_ticket(actor, ticket)
    row = VaultValue.objects.filter(token=token).only("kind").first()
    form = ReasonForm(request.POST or None)
    given = {
        "form": form,
        "ticket": ticket,
        "mask": queries.masked([token]).get(token, ""),
        "kind": row.get_kind_display() if row else "",
        "seconds": SHOWN_SECONDS,
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given["value"] = services.reveal(
                    actor=actor, token=token, reason=form.cleaned_data["reason"], context=context
                )
            except InvalidInput as error:
                form.add_domain_error(error)
            except (TooMany, NotFound) as error:
                form.add_error(None, error.message)
            else:
                response = render(request, "privacy/_value.html", given)
                response.headers["Cache-Control"] = "no-store"
                return response
    return render(request, "privacy/_reveal.html", given, status=status)


@guard.signed_in
@require_GET
def hidden(request: HttpRequest) -> HttpResponse:
    """What takes the value's place when its minute is over."""
    return render(request, "privacy/_hidden.html")
