"""Plans of reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.choices import Cadence, Spread
from kefu.areas.insight.engine import report_periods
from kefu.areas.insight.models import MadeReport, ReportPlan
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.privacy import queries as privacy
from kefu.platform.webui.forms import Form, form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import Column, Empty, Table, table_page

ACTIVE = {"active": "insight.report_plans"}
ROLES = ("role:manager", "role:shift_manager", "role:planner", "role:analyst", "role:leader", "leader", "deputy")


class PlanTable(Table):
    """All plans in sight."""

    name = "insight.report_plans"
    caption = gettext_lazy("报告计划")
    order = ("name", "id")
    columns = [
        Column("name", gettext_lazy("名称"), sort="name", link=True),
        Column("is_active", gettext_lazy("启用"), kind="bool", card="side"),
        Column("cadence", gettext_lazy("周期"), render=lambda row: row.get_cadence_display()),
        Column("node", gettext_lazy("范围"), render=lambda row: row.node.name if row.node else _("全中心")),
        Column("spread", gettext_lazy("份数"), render=lambda row: row.get_spread_display()),
        Column("make_at", gettext_lazy("生成时间"), render=lambda row: f"{row.make_at:%H:%M}"),
        Column("next_start_on", gettext_lazy("下一期开始"), kind="date"),
    ]

    def rows(self) -> QuerySet[Any]:
        return queries.report_plans(self.viewer)

    def row_url(self, row: Any) -> str:
        return reverse("insight:report_plan", args=[row.uid])

    @property
    def empty(self) -> Empty:  # type: ignore[override]
        """What to do when there is none."""
        return Empty(
            "calendar-clock",
            gettext_lazy("还没有报告计划"),
            gettext_lazy("新建计划后，日报、周报、月报会在周期结束后自动生成，等人审核后发送。"),
            reverse("insight:report_plan_new"),
            gettext_lazy("新建报告计划"),
        )


class PlanForm(Form):
    """A plan as people write it."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    cadence = forms.ChoiceField(label=gettext_lazy("周期"), choices=Cadence.choices)
    node = forms.ChoiceField(label=gettext_lazy("范围"), required=False)
    spread = forms.ChoiceField(label=gettext_lazy("份数"), choices=Spread.choices)
    make_at = forms.TimeField(
        label=gettext_lazy("生成时间"), help_text=gettext_lazy("周期结束后第一天的这个时间；过早可能有迟到的数据。")
    )
    language = forms.ChoiceField(label=gettext_lazy("邮件和附件的语言"), choices=settings.LANGUAGES)
    has_people = forms.BooleanField(
        label=gettext_lazy("包含坐席明细"),
        required=False,
        help_text=gettext_lazy("附件每页带收件人水印，不能发到外部邮箱。"),
    )
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("收件角色"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("数据范围不含该报告的人不会收到。"),
    )
    users = forms.MultipleChoiceField(
        label=gettext_lazy("指定收件人"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    addresses = forms.CharField(
        label=gettext_lazy("外部邮箱"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个；保存后只显示掩码。留空表示不改。"),
    )
    no_addresses = forms.BooleanField(label=gettext_lazy("清空已有外部邮箱"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("启用"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, viewer: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = access.scope_for(viewer, permissions.MANAGE_PLAN)
        nodes = ScopeNode.objects.filter(is_active=True, kind__in=("site", "department", "team"))
        if not scope.everything:
            nodes = nodes.filter(pk__in=scope.node_ids)
        every = [("", _("全中心"))] if scope.everything else []
        chosen = {
            "node": every
            + [(str(n.pk), f"{n.name}（{n.get_kind_display()}）") for n in nodes.order_by("kind", "code")],
            "recipients": [(code, label) for code, label in access.responsible_choices() if code in ROLES],
            "users": [
                (str(user.pk), f"{user.display_name}（{user.username}）")
                for user in User.objects.filter(is_active=True, assignments__role__code__in=_readers())
                .distinct()
                .order_by("display_name")[:500]
            ],
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the service wants."""
        data = self.cleaned_data
        lines = [line for line in data["addresses"].splitlines() if line.strip()]
        return {
            "name": data["name"],
            "cadence": data["cadence"],
            "node_id": int(data["node"]) if data["node"] else None,
            "spread": data["spread"],
            "make_at": data["make_at"],
            "language": data["language"],
            "has_people": data["has_people"],
            "recipients": data["recipients"],
            "user_ids": [int(pk) for pk in data["users"]],
            "addresses": lines if lines or data["no_addresses"] else None,
            "is_active": data["is_active"],
            "expected_version": data["version"],
        }


def _readers() -> list[str]:
    return [role for role, grants in permissions.MADE_GRANTS.items() if permissions.VIEW_MADE in grants]


@require_safe
@requires(permissions.MANAGE_PLAN)
def index(request: HttpRequest) -> HttpResponseBase:
    """The plans."""
    return table_page(request, PlanTable(request), "insight/made/plans.html", {**ACTIVE, "title": _("报告计划")})


@requires(permissions.MANAGE_PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Write a new plan."""
    initial = {"make_at": "08:00", "cadence": "monthly", "spread": "one", "language": "zh-hans", "is_active": True}
    return _form(request, None, initial)


@requires(permissions.MANAGE_PLAN)
def detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a plan."""
    plan = queries.report_plan(actor_of(request), uid)
    initial = {
        "name": plan.name,
        "cadence": plan.cadence,
        "node": str(plan.node_id or ""),
        "spread": plan.spread,
        "make_at": plan.make_at,
        "language": plan.language,
        "has_people": plan.has_people,
        "recipients": plan.recipients,
        "users": [str(pk) for pk in plan.users.values_list("pk", flat=True)],
        "is_active": plan.is_active,
        "version": plan.version,
    }
    return _form(request, plan, initial)


@require_POST
@requires(permissions.MANAGE_PLAN)
def make(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Have the reports of one period made now."""
    actor = actor_of(request)
    plan = queries.report_plan(actor, uid)
    form = DayForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("请选择周期内的任意一天。"), field="day")
    asked = services.request_reports(actor=actor, plan_id=plan.pk, day=form.cleaned_data["day"])
    url = reverse("jobs:job", args=[asked[0].uid]) if len(asked) == 1 else reverse("insight:made_reports")
    return redirect_or_hx(request, url, text=_("已提交生成 %(n)s 份报告") % {"n": len(asked)})


class DayForm(Form):
    """A day of the period that is wanted."""

    day = forms.DateField(label=gettext_lazy("周期内任意一天"))


def _form(request: HttpRequest, plan: ReportPlan | None, initial: dict[str, Any]) -> HttpResponse:
    actor = actor_of(request)
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial, viewer=actor)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_plan(actor=actor, plan_id=plan.pk if plan else None, **form.given())
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("insight:report_plan", args=[saved.uid]), text=_("已保存报告计划"))
    context: dict[str, Any] = {**ACTIVE, "title": plan.name if plan else _("新建报告计划"), "plan": plan}
    if plan:
        ended = report_periods.last_ended(plan.cadence, timezone.localdate())
        context |= {
            "day_form": DayForm(initial={"day": ended[0]}),
            "outside": list(privacy.masked([a.token for a in plan.addresses.all()]).values()),
            "reports": MadeReport.objects.filter(plan=plan, is_latest=True).defer("snapshot", "comments")[:10],
        }
    return form_response(request, form, "insight/made/plan.html", context)
