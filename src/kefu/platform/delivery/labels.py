"""What the audit trail calls the actions of delivery."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

LABELS = {
    "delivery.message:retry": _("重发消息"),
    "delivery.message:confirm": _("确认消息已送达"),
    "delivery.message:resend": _("结果不明的消息再次发送"),
    "delivery.message:discard": _("放弃消息"),
    "delivery.message:test": _("发送测试消息"),
    "delivery.gateway:change": _("修改短信网关"),
    "delivery.endpoint:create": _("新建推送地址"),
    "delivery.endpoint:change": _("修改推送地址"),
    "delivery.endpoint:renew_secret": _("更换推送签名密钥"),
    "delivery.endpoint:pause": _("暂停推送地址"),
    "delivery.endpoint:resume": _("恢复推送地址"),
    "delivery.endpoint:remove": _("删除推送地址"),
    "delivery.endpoint:ping": _("测试推送地址"),
    "delivery.call:replay": _("重新推送事件"),
}
