"""The form of the general request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.approvals import services
from kefu.platform.approvals.general import GENERAL
from kefu.platform.approvals.models import Request
from kefu.platform.approvals.services.submitting import PURPOSE
from kefu.platform.approvals.web.forms import GeneralForm
from kefu.platform.files import services as files
from kefu.platform.webui.forms import act_or_form


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Ask for something; sent twice, the same form makes one request."""
    actor = actor_of(request)
    posted = request.method == "POST"
    form = GeneralForm(request.POST, request.FILES) if posted else GeneralForm(initial={"token": uuid4()})

    def act(given: Mapping[str, Any]) -> Request:
        origin = f"{GENERAL}:{actor.user_id}-{given['token'].hex}"
        with transaction.atomic():
            file = given["file"]
            kept = [files.store(actor=actor, stream=file, name=file.name, purpose=PURPOSE)] if file else []
            return services.submit(
                actor=actor,
                kind=GENERAL,
                origin=origin,
                title=given["title"],
                comment=given["comment"],
                amount=given["amount"],
                attachments=kept,
                dedupe_key=origin,
            )

    return act_or_form(
        request,
        form,
        act,
        done=_("已提交申请"),
        to=lambda made: reverse("approvals:request", args=[made.number]),
        template="approvals/new.html",
        context={"active": "approvals.mine", "title": _("发起申请")},
    )
