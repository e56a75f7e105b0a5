"""The steps of this room on the set-up checklist."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kefu.areas.people import permissions
from kefu.areas.people.queries import arranging
from kefu.kernel.actor import Actor
from kefu.platform.access.services.tree import today
from kefu.platform.imports.models import Upload
from kefu.platform.webui.checklist import STEPS, Action, Standing, Step

SHOWN = 6


def _units(viewer: Actor) -> Standing:
    names = arranging.sites()
    if not names:
        return Standing(missing=(_("还没有职场：先建中心，再在它下面建每个职场和班组，或用模板一次导入。"),))
    text = _("职场：%(names)s；时区 %(zone)s（日历和话务源可另设）。") % {
        "names": "、".join(names[:SHOWN]),
        "zone": settings.TIME_ZONE,
    }
    return Standing(text)


def _employees(viewer: Actor) -> Standing:
    missing = []
    day = today()
    found = arranging.people_counts(day)
    last = Upload.objects.filter(kind="people.employees").first()
    if not found.employees:
        missing.append(_("还没有员工：下载模板填好后导入，检查结果会逐行说明哪里不对。"))
    if last is not None and last.rows_faulty:
        missing.append(
            ngettext(
                "最近一次导入的文件有 %(n)d 行有误：更正后重新上传，已导入的行不会重复。",
                "最近一次导入的文件有 %(n)d 行有误：更正后重新上传，已导入的行不会重复。",
                last.rows_faulty,
            )
            % {"n": last.rows_faulty}
        )
    leaderless = arranging.teams_without_leader(day)
    if found.employees and leaderless:
        missing.append(_("没有负责人的班组：%(names)s") % {"names": _some(leaderless)})
    text = _("在职员工 %(n)d 人") % {"n": found.employees} if found.employees else ""
    return Standing(text, missing)


def _agents(viewer: Actor) -> Standing:
    found = arranging.people_counts(today())
    if not found.logins:
        return Standing(waiting=_("话务数据里出现的坐席工号会自动列在这里。"))
    text = _("坐席工号 %(n)d 个") % {"n": found.logins}
    if not found.logins_without_owner:
        return Standing(text)
    return Standing(text, (_("还有 %(n)d 个坐席工号没有对应到员工。") % {"n": found.logins_without_owner},))


def _accounts(viewer: Actor) -> Standing:
    day = today()
    found = arranging.people_counts(day)
    if not found.employees:
        return Standing(missing=(_("先导入员工，再为他们开通账号。"),))
    missing = []
    if not found.with_account:
        missing.append(_("还没有员工有账号。"))
    leaders = arranging.leaders_without_account(day)
    if leaders:
        missing.append(_("%(n)d 位负责人还没有账号。") % {"n": leaders})
    roleless = arranging.leaders_without_role(day)
    if roleless:
        names = _some([row.employee.name for row in roleless])
        missing.append(_("有账号但还没有组长角色的负责人：%(names)s") % {"names": names})
    text = _("%(total)d 名在职员工中 %(n)d 人有账号") % {"total": found.employees, "n": found.with_account}
    return Standing(text, missing)


def _some(names: list[str]) -> str:
    shown = "、".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else _("%(names)s 等 %(n)d 个") % {"names": shown, "n": len(names)}


def register() -> None:
    """Put the steps on the checklist."""
    STEPS.register_all(
        [
            Step(
                "people.units", gettext_lazy("中心、职场与班组"),
                gettext_lazy("组织架构决定谁能看到什么：组长看本组，值班经理看本职场。"),
                "network", 10, permissions.UNIT_MANAGE, _units,
                (
                    Action(gettext_lazy("新建单位"), "plus", "people:unit_new", permissions.UNIT_MANAGE),
                    Action(gettext_lazy("导入组织架构"), "upload", "imports:start", permissions.UNIT_MANAGE,
                           ("people.units",)),
                    Action(gettext_lazy("组织架构"), "network", "people:units", permissions.UNIT_VIEW),
                ),
            ),
            Step(
                "people.employees", gettext_lazy("员工与负责人"),
                gettext_lazy("用花名册模板（xlsx 或 CSV）导入。“负责单位”一列填单位编码或名称，即任命为该单位负责人。"),
                "users", 30, permissions.EMPLOYEE_IMPORT, _employees,
                (
                    Action(gettext_lazy("导入花名册"), "upload", "imports:start", permissions.EMPLOYEE_IMPORT,
                           ("people.employees",)),
                    Action(gettext_lazy("员工"), "users", "people:employees", permissions.EMPLOYEE_VIEW),
                    Action(gettext_lazy("任职查询"), "user-check", "people:leaders", permissions.UNIT_VIEW),
                ),
            ),
            Step(
                "people.agents", gettext_lazy("坐席对应到员工"),
                gettext_lazy("系统按工号和姓名给出建议，核对后可一次接受；历史通话随之归到员工和班组。"),
                "headset", 60, permissions.AGENT_MANAGE, _agents,
                (
                    Action(gettext_lazy("对应坐席"), "link", "people:agent_matching", permissions.AGENT_MANAGE),
                    Action(gettext_lazy("坐席工号"), "headset", "people:agents", permissions.AGENT_VIEW),
                ),
            ),
            Step(
                "people.accounts", gettext_lazy("账号与角色"),
                gettext_lazy("批量开通账号，初始密码只显示一次，首次登录必须更改。负责人自动得到本单位的组长角色。"),
                "user-cog", 70, permissions.EMPLOYEE_MANAGE, _accounts,
                (
                    Action(gettext_lazy("开通账号"), "user-plus", "people:accounts", "access.user:manage"),
                    Action(gettext_lazy("账号管理"), "users", "access:users", "access.user:view"),
                    Action(gettext_lazy("角色与权限"), "shield", "access:roles", "access.role:view"),
                ),
            ),
        ]
    )  # fmt: skip
