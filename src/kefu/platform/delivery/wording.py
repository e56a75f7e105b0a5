"""What is said to people about codes that the sending code writes down."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kefu.platform.delivery.choices import Channel


def not_configured(channel: str) -> str:
    """That a channel has no way out yet, and what to do."""
    if channel == Channel.MAIL:
        return _("还没有设置邮件服务器。请在环境变量 KEFU_SMTP_URL 中写明服务器地址，然后重启服务。")
    return _("还没有启用短信网关。请先填写并启用短信网关。")


def refused_target(why: str) -> str:
    """Why an address may not be called (see ``targets.refusal``)."""
    words = {
        "scheme": _("地址要以 https:// 开头。"),
        "host": _("地址不完整：要有主机名，不能带账号、密码或空格。"),
        "plain": _("公网地址要用 https://，不能用 http://。"),
        "private": _("不能访问内网地址。确有需要时，请管理员在环境变量 KEFU_PRIVATE_TARGETS 中列出。"),
    }
    return words[why]


def error_text(code: str) -> str:
    """The words for an error: codes in the reader's language, what the other side said as it is."""
    words = {
        "interrupted": _("发送进程在送出前后中断，不知道对方是否已收到。"),
        "internal_error": _("程序出错，详情见日志。"),
        "forbidden_target": _("目标是内网地址，已拒绝连接。"),
        "recipient_erased": _("收件人信息已删除。"),
        "content_forgotten": _("内容已过保存期。"),
        "not_configured": _("这个渠道还没有设置。"),
        "bad_address": _("收件地址无法使用。"),
        "file_gone": _("附件已删除。"),
        "not_composed": _("内容无法组成邮件，详情见日志。"),
        "endpoint_removed": _("推送地址已删除。"),
    }
    return words.get(code, code)
