"""Words for actions: apps say what theirs are called; an action without words shows its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LABELS: dict[str, str | _StrPromise] = {
    "access.user:create": gettext_noop("创建账号"),
    "access.user:update": gettext_noop("修改账号"),
    "access.user:move": gettext_noop("调整所属单位"),
    "access.user:close": gettext_noop("停用账号"),
    "access.user:reopen": gettext_noop("恢复账号"),
    "access.user:reset_password": gettext_noop("重置密码"),
    "access.user:change_password": gettext_noop("修改本人密码"),
    "access.session:sign_in": gettext_noop("登录"),
    "access.session:sign_out": gettext_noop("退出登录"),
    "access.session:revoke": gettext_noop("撤销会话"),
    "access.session:revoke_others": gettext_noop("退出其他会话"),
    "access.role:create": gettext_noop("创建角色"),
    "access.role:rename": gettext_noop("重命名角色"),
    "access.role:delete": gettext_noop("删除角色"),
    "access.role:grant": gettext_noop("调整角色权限"),
    "access.role:assign": gettext_noop("分派角色"),
    "access.role:end_assignment": gettext_noop("移除角色"),
    "access.node:create": gettext_noop("建立单位"),
    "access.node:move": gettext_noop("调整单位归属"),
    "access.node:rename": gettext_noop("重命名单位"),
    "access.node:open": gettext_noop("恢复单位"),
    "access.node:close": gettext_noop("关闭单位"),
    "access.token:issue": gettext_noop("签发 API 令牌"),
    "access.token:revoke": gettext_noop("吊销 API 令牌"),
    "access.viewing:begin": gettext_noop("开始以他人身份查看"),
    "access.viewing:end": gettext_noop("结束以他人身份查看"),
    "access.provider:create": gettext_noop("添加身份提供方"),
    "access.provider:change": gettext_noop("修改身份提供方"),
    "access.identity:link": gettext_noop("关联外部身份"),
    "access.identity:unlink": gettext_noop("解除外部身份"),
    "access.role:protect": gettext_noop("调整角色保护"),
    "access.session:unlock": gettext_noop("解锁座位"),
    "access.second_factor:enrol": gettext_noop("绑定动态口令"),
    "access.second_factor:verify": gettext_noop("验证动态口令"),
    "access.second_factor:recover": gettext_noop("使用恢复码"),
    "access.second_factor:renew_codes": gettext_noop("更换恢复码"),
    "access.second_factor:remove": gettext_noop("解除动态口令"),
    "access.second_factor:reset": gettext_noop("重置他人动态口令"),
    "access.delegation:create": gettext_noop("设置代理"),
    "access.delegation:end": gettext_noop("提前结束代理"),
    "privacy.value:reveal": gettext_noop("查看完整个人信息"),
    "privacy.value:erase": gettext_noop("删除个人信息"),
    "privacy.vault:rotate": gettext_noop("轮换加密密钥"),
    "params.value:change": gettext_noop("修改参数"),
    "params.value:withdraw": gettext_noop("撤回参数修改"),
    "files.file:read": gettext_noop("读取文件"),
    "files.file:delete": gettext_noop("删除文件"),
    "calendars.calendar:create": gettext_noop("新建工作日历"),
    "calendars.calendar:set_week": gettext_noop("修改每周工作时间"),
    "calendars.calendar:set_day": gettext_noop("修改某日工作时间"),
    "calendars.calendar:clear_day": gettext_noop("恢复某日工作时间"),
    "calendars.calendar:load_public_holidays": gettext_noop("载入法定节假日"),
    "audit.entry:redact": gettext_noop("遮盖审计中的个人信息"),
    "imports.upload:create": gettext_noop("上传导入文件"),
    "imports.upload:apply": gettext_noop("开始导入"),
    "imports.upload:finish": gettext_noop("完成导入"),
}


def register(labels: Mapping[str, str | _StrPromise]) -> None:
    """Say what the actions of a room are called (``room.noun:verb`` → words)."""
    _LABELS.update(labels)


def label_of(action: str) -> str:
    """The words for an action in the language of the reader."""
    known = _LABELS.get(action)
    return _(str(known)) if known else action


def known_actions() -> list[tuple[str, str]]:
    """All actions that have words, by code."""
    return [(code, label_of(code)) for code in sorted(_LABELS)]
