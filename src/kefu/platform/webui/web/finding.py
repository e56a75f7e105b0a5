"""What the palette asks while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kefu.platform.access.guard import limited, signed_in
from kefu.platform.webui import finding
from kefu.platform.webui.viewer import actor_of


@signed_in
@require_GET
@limited("webui.find", limit=600, per_seconds=60)
def find(request: HttpRequest) -> JsonResponse:
    """The hits for ``q``, as the viewer may see them."""
    return JsonResponse({"hits": finding.find(actor_of(request), request.GET.get("q", ""))})
