"""What the audit trail calls the actions of this app, and the code of its clock."""

from __future__ import annotations

from django.utils.translation import gettext_noop

CLOCK = "custody.request"

LABELS = {
    "privacy.request:record": gettext_noop("登记个人信息请求"),
    "privacy.request:execute": gettext_noop("办理个人信息请求"),
    "privacy.request:finish": gettext_noop("办结个人信息请求"),
    "privacy.request:refuse": gettext_noop("不予办理个人信息请求"),
    "privacy.request:withdraw": gettext_noop("撤回个人信息请求"),
    "privacy.request:reapply": gettext_noop("恢复备份后再次删除"),
    "privacy.hold:place": gettext_noop("设置法律保全"),
    "privacy.hold:lift": gettext_noop("解除法律保全"),
    "privacy.retention:run": gettext_noop("到期清理"),
}
