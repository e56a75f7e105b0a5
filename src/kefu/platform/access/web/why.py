"""Why somebody can, or cannot, see or do something."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kefu.kernel.permissions import EVERYTHING
from kefu.platform.access import guard, permissions, queries
from kefu.platform.access.choices import Level
from kefu.platform.access.models import User
from kefu.platform.access.services.authorising import label_of
from kefu.platform.access.web.forms import WhyForm


@guard.signed_in
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """For oneself; with the right to see roles and accounts, for others."""
    actor = guard.actor_of(request)
    may_see_others = queries.has_permission(actor, permissions.ROLE_VIEW)
    scope = EVERYTHING if may_see_others else queries.scope_for(actor, permissions.NODE_VIEW)
    asked = "permission" in request.GET
    form = WhyForm(request.GET if asked else None, scope=scope, initial={"user": request.GET.get("user", "")})
    if not may_see_others:
        del form.fields["user"]
    answer = None
    if asked and form.is_valid():
        name = form.cleaned_data.get("user", "")
        users = queries.users_visible_to(actor) if name else User.objects.select_related("home_node")
        user = users.filter(username__iexact=name).first() if name else users.filter(pk=actor.user_id or 0).first()
        if user is None:
            form.add_error("user", _("没有这个账号，或者您无权查看。"))
        else:
            own = user.pk == actor.user_id
            answer = queries.explain(
                user, form.cleaned_data["permission"], node=form.cleaned_data["node"], ip=actor.ip if own else None
            )
    given = {
        "form": form,
        "answer": answer,
        "label": label_of(answer.code) if answer else "",
        "paths": [(path, Level(path.level.value).label) for path in answer.paths] if answer else [],
        "title": _("为什么能看到或看不到"),
    }
    return render(request, "access/why.html", given, status=422 if form.errors else 200)
