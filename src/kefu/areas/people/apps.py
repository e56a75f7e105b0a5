"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeopleConfig(AppConfig):
    """Units, employees, agents."""

    name = "kefu.areas.people"
    verbose_name = _("组织人员")

    def ready(self) -> None:
        """Declare permissions, events, menu, jobs, imports and who is responsible for whom."""
        from kefu.areas.people import events, jobs, panels, permissions, queries, services  # noqa: F401
        from kefu.areas.people.api.routes import router
        from kefu.areas.people.queries import responsible  # noqa: F401
        from kefu.areas.people.services import personal
        from kefu.areas.people.services.standard import install_after_migrate
        from kefu.areas.people.web import checklist, palette
        from kefu.areas.people.web.file import registering
        from kefu.areas.people.web.imports import EMPLOYEES
        from kefu.areas.people.web.skill_imports import SKILLS
        from kefu.areas.people.web.unit_imports import UNITS
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels
        from kefu.platform.clocks.registry import clock_kind
        from kefu.platform.files.registry import purpose
        from kefu.platform.imports.registry import KINDS
        from kefu.platform.notify.registry import notice_kind
        from kefu.platform.params.choices import ParamType
        from kefu.platform.params.registry import PARAMS, Param
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

        permissions.register()
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="people.install_standard")
        labels.register(permissions.ACTIONS)
        add_router("people", router, tag="people")
        KINDS.register(EMPLOYEES)
        KINDS.register(UNITS)
        checklist.register()
        palette.register()
        panels.register()
        KINDS.register(SKILLS)
        notice_kind(services.notices.MERIT, _("奖惩与申诉"), icon="medal")
        notice_kind(services.notices.CODE, _("员工守则"), icon="scale")
        clock_kind(
            services.CLOCK,
            _("技能到期"),
            warn_at=(),
            remind_before=(30 * 86_400, 7 * 86_400),
            escalate=((0, "leader"), (5 * 28_800, "upper_leader")),
            on_event=_("技能认证到期前一个月"),
        )
        purpose(
            services.EVIDENCE,
            permissions.MERIT_VIEW,
            ("application/pdf", "image/png", "image/jpeg", "image/webp"),
            10 * 2**20,
            logs_access=True,
            may_read=lambda viewer, file: queries.may_read_evidence(viewer, file.pk),
        )
        PARAMS.register(
            Param(
                services.APPEAL_DAYS,
                _("奖惩申诉期"),
                ParamType.INT,
                15,
                help=_("登记之后多少天内本人可以申诉。"),
                minimum=1,
                maximum=365,
                unit=_("天"),
            )
        )
        registering.register()
        SECTIONS.register(MenuSection("people", _("人员"), "users", 60))
        for order, (code, label, icon, url, permission) in enumerate(
            (
                ("people.employees", _("员工"), "users", "people:employees", permissions.EMPLOYEE_VIEW),
                ("people.mine", _("我的"), "circle-user", "people:mine", permissions.CODE_READ),
                ("people.file", _("我的档案"), "folder-tree", "people:own_file", permissions.FILE_VIEW),
                ("people.units", _("组织架构"), "network", "people:units", permissions.UNIT_VIEW),
                ("people.posts", _("岗位"), "briefcase", "people:posts", permissions.POST_VIEW),
                ("people.establishment", _("编制"), "scale", "people:establishment", permissions.ESTABLISHMENT_VIEW),
                ("people.skills", _("技能"), "graduation-cap", "people:skills", permissions.SKILL_VIEW),
                ("people.seats", _("专席"), "headphones", "people:seats", permissions.POST_VIEW),
                ("people.merits", _("奖惩"), "medal", "people:merits", permissions.MERIT_VIEW),
                ("people.code", _("员工守则"), "book-open", "people:code", permissions.CODE_READ),
                ("people.structure", _("人员结构"), "chart-pie", "people:structure", permissions.STRUCTURE_VIEW),
                ("people.agents", pgettext_lazy("多个", "坐席"), "headset", "people:agents", permissions.AGENT_VIEW),
                ("imports.imports", _("导入"), "upload", "imports:imports", permissions.EMPLOYEE_IMPORT),
            )
        ):
            MENU.register(MenuItem(code, label, icon, url, permission, section="people", order=10 * (order + 1)))
        personal.register()
