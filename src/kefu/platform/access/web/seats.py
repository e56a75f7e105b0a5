"""Locking the seat and opening it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kefu.kernel.errors import InvalidInput, KefuError
from kefu.platform.access import guard, services
from kefu.platform.access.middleware import client_ip, session_record
from kefu.platform.access.web.forms import UnlockForm
from kefu.platform.access.web.paths import safe_next


@guard.signed_in
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this session; the page stays as it is behind the lock."""
    record = session_record(request)
    if record is not None:
        services.lock_seat(record=record)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return HttpResponseRedirect(safe_next(request))


@guard.public("Opens a locked session for whoever knows its password; without one it leads to the first page")
@require_http_methods(["GET", "POST"])
@never_cache
@csrf_protect
@sensitive_post_parameters("secret")
def locked(request: HttpRequest) -> HttpResponse:
    """The lock as a page of its own, and where the lock over a page asks."""
    record = session_record(request)
    as_json = request.headers.get("Accept") == "application/json"
    if record is None or record.locked_at is None:
        if as_json:
            return HttpResponse(status=204 if record is not None else 401)
        return HttpResponseRedirect(safe_next(request))
    form = UnlockForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.unlock_seat(record=record, secret=form.cleaned_data["secret"], ip=client_ip(request))
            except KefuError as error:
                form.add_error("secret" if isinstance(error, InvalidInput) else None, error.message)
                status = error.status
            else:
                return HttpResponse(status=204) if as_json else HttpResponseRedirect(safe_next(request))
        if as_json:
            text = " ".join(str(message) for errors in form.errors.values() for message in errors)
            return JsonResponse({"message": text}, status=status)
    given = {"form": form, "name": record.user.display_name, "next": safe_next(request)}
    return render(request, "access/locked.html", given, status=status)


def lock_panel(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The lock that waits in every page, where the centre wants seats to lock."""
    record = session_record(request)
    if record is None or not record.idle_seconds:
        return ""
    given = {"after": record.idle_seconds, "name": record.user.display_name, "form": UnlockForm(prefix="seat")}
    return render_to_string("access/_lock.html", given, request=request)
