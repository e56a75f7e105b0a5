"""The permissions of the people room and who holds them from the start."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

UNIT_VIEW = "people.unit:view"
UNIT_MANAGE = "people.unit:manage"
EMPLOYEE_VIEW = "people.employee:view"
EMPLOYEE_MANAGE = "people.employee:manage"
EMPLOYEE_IMPORT = "people.employee:import"
AGENT_VIEW = "people.agent:view"
AGENT_MANAGE = "people.agent:manage"
POST_VIEW = "people.post:view"
POST_MANAGE = "people.post:manage"
ESTABLISHMENT_VIEW = "people.establishment:view"
ESTABLISHMENT_MANAGE = "people.establishment:manage"
SKILL_VIEW = "people.skill:view"
SKILL_MANAGE = "people.skill:manage"
SKILL_CERTIFY = "people.skill:certify"
MERIT_VIEW = "people.merit:view"
MERIT_RECORD = "people.merit:record"
MERIT_DECIDE = "people.merit:decide"
CODE_READ = "people.code:read"
CODE_MANAGE = "people.code:manage"
CODE_FOLLOW = "people.code:follow"
CHARTER_MANAGE = "people.charter:manage"
STRUCTURE_VIEW = "people.structure:view"
FILE_VIEW = "people.file:view"
FILE_MANAGE = "people.file:manage"
FILE_EXPORT = "people.file:export"


def register() -> None:
    """Declare the permissions and the default grants."""
    PERMISSIONS.register_all(
        [
            Permission(UNIT_VIEW, _("查看组织架构")),
            Permission(UNIT_MANAGE, _("调整组织架构")),
            Permission(EMPLOYEE_VIEW, _("查看员工")),
            Permission(EMPLOYEE_MANAGE, _("管理员工")),
            Permission(EMPLOYEE_IMPORT, _("导入员工")),
            Permission(AGENT_VIEW, _("查看坐席工号")),
            Permission(AGENT_MANAGE, _("管理坐席工号")),
            Permission(POST_VIEW, _("查看岗位目录和专席")),
            Permission(POST_MANAGE, _("管理岗位目录和专席")),
            Permission(ESTABLISHMENT_VIEW, _("查看编制")),
            Permission(ESTABLISHMENT_MANAGE, _("管理编制和配比规则")),
            Permission(SKILL_VIEW, _("查看员工技能")),
            Permission(SKILL_MANAGE, _("管理技能目录")),
            Permission(SKILL_CERTIFY, _("认证员工技能")),
            Permission(MERIT_VIEW, _("查看奖惩记录")),
            Permission(MERIT_RECORD, _("登记奖惩")),
            Permission(MERIT_DECIDE, _("处理奖惩申诉")),
            Permission(CODE_READ, _("阅读和签署员工守则")),
            Permission(CODE_MANAGE, _("编写和发布员工守则")),
            Permission(CODE_FOLLOW, _("跟进守则签署")),
            Permission(CHARTER_MANAGE, _("编写团队章程和荣誉")),
            Permission(STRUCTURE_VIEW, _("查看人员结构报表")),
            Permission(FILE_VIEW, _("查看员工档案的个人部分")),
            Permission(FILE_MANAGE, _("维护员工档案")),
            Permission(FILE_EXPORT, _("导出和批量打印员工档案")),
        ]
    )
    look = (UNIT_VIEW, EMPLOYEE_VIEW, AGENT_VIEW, POST_VIEW, SKILL_VIEW)
    lead = (*look, ESTABLISHMENT_VIEW, SKILL_CERTIFY, MERIT_VIEW, MERIT_RECORD, CODE_FOLLOW, CHARTER_MANAGE)
    change = (
        UNIT_MANAGE, EMPLOYEE_MANAGE, EMPLOYEE_IMPORT, AGENT_MANAGE, POST_MANAGE, ESTABLISHMENT_MANAGE, SKILL_MANAGE,
        MERIT_DECIDE, CODE_MANAGE, FILE_VIEW, FILE_MANAGE, FILE_EXPORT,
    )  # fmt: skip
    report = (ESTABLISHMENT_VIEW, STRUCTURE_VIEW)
    everybody = {CODE_READ: ScopeLevel.OWN, FILE_VIEW: ScopeLevel.OWN}
    own = dict.fromkeys((EMPLOYEE_VIEW, POST_VIEW, SKILL_VIEW, MERIT_VIEW), ScopeLevel.OWN)
    default_grants("agent", {**everybody, **own})
    default_grants("leader", {**everybody, **dict.fromkeys(lead, ScopeLevel.UNIT)})
    default_grants(
        "shift_manager", {**everybody, **dict.fromkeys((*look, ESTABLISHMENT_VIEW, MERIT_RECORD), ScopeLevel.SITE)}
    )
    for role in ("planner", "quality"):
        default_grants(role, {**everybody, MERIT_VIEW: ScopeLevel.OWN, **dict.fromkeys(look, ScopeLevel.SITE)})
    for role in ("analyst", "auditor"):
        default_grants(role, {**everybody, **dict.fromkeys((*look, *report), ScopeLevel.ALL)})
    default_grants("auditor", {MERIT_VIEW: ScopeLevel.ALL, CODE_FOLLOW: ScopeLevel.ALL})
    default_grants("analyst", {MERIT_VIEW: ScopeLevel.OWN})
    default_grants("manager", {**everybody, **dict.fromkeys((*lead, *change, STRUCTURE_VIEW), ScopeLevel.ALL)})
    default_grants("shift_manager", {MERIT_VIEW: ScopeLevel.SITE})


ACTIONS = {
    "people.unit:create": gettext_lazy("新建单位"),
    "people.unit:update": gettext_lazy("修改单位"),
    "people.unit:move": gettext_lazy("移动单位"),
    "people.unit:close": gettext_lazy("撤销单位"),
    "people.unit:appoint": gettext_lazy("任命负责人"),
    "people.unit:dismiss": gettext_lazy("结束任职"),
    "people.employee:create": gettext_lazy("新建员工"),
    "people.employee:update": gettext_lazy("修改员工"),
    "people.employee:transfer": gettext_lazy("办理调动"),
    "people.employee:leave": gettext_lazy("办理离职"),
    "people.employee:link": gettext_lazy("关联登录账号"),
    "people.employee:enter": gettext_lazy("员工入职"),
    "people.accounts:open": gettext_lazy("批量开通账号"),
    "people.agent:link": gettext_lazy("关联坐席工号"),
    "people.agent:update": gettext_lazy("修改坐席"),
    "people.agent:retire": gettext_lazy("停用坐席工号"),
    "people.agent:reopen": gettext_lazy("启用坐席工号"),
    "people.post:create": _("新建岗位"),
    "people.post:update": _("修改岗位"),
    "people.post:retire": _("停用岗位"),
    "people.post:reopen": _("启用岗位"),
    "people.post:require": _("调整岗位技能要求"),
    "people.employee:post": _("变更岗位"),
    "people.establishment:set": _("设置编制"),
    "people.establishment:export": _("导出编制"),
    "people.ratio:create": _("新建配比规则"),
    "people.ratio:update": _("修改配比规则"),
    "people.skill:create": _("新建技能"),
    "people.skill:update": _("修改技能"),
    "people.skill:certify": _("认证技能"),
    "people.skill:revoke": _("撤销技能认证"),
    "people.skills:export": _("导出技能矩阵"),
    "people.seat:create": _("新建专席"),
    "people.seat:update": _("修改专席"),
    "people.merit:record": _("登记奖惩"),
    "people.merit:appeal": _("提交奖惩申诉"),
    "people.merit:decide": _("处理奖惩申诉"),
    "people.code:write": _("编写员工守则"),
    "people.code:publish": _("发布员工守则"),
    "people.code:sign": _("签署员工守则"),
    "people.code:remind": _("提醒签署员工守则"),
    "people.charter:write": _("编写团队章程"),
    "people.honour:add": _("登记团队荣誉"),
    "people.honour:remove": _("移除团队荣誉"),
    "people.structure:export": _("导出人员结构"),
    "people.posts:export": _("导出岗位"),
    "people.merits:export": _("导出奖惩"),
    "people.file:change": _("修改员工档案"),
    "people.file:terms": _("修改用工信息"),
    "people.file:confirm": _("办理转正"),
    "people.file:show_own": _("查看本人完整档案"),
    "people.file:export": _("导出员工档案"),
    "people.file:print": _("打印员工表格"),
    "people.file:erase": _("删除离职员工的个人信息"),
    "people.file:propose": _("提交档案变更申请"),
    "people.file:withdraw": _("撤回档案变更申请"),
    "people.file:decline": _("不通过档案变更申请"),
    "people.document:add": _("归档资料"),
    "people.document:remove": _("移除资料"),
    "people.contract:sign": _("登记合同"),
    "people.contract:correct": _("更正合同"),
    "people.contract:end": _("终止合同"),
}
"""What the acts of this room are called in the audit trail."""
