"""The list pages of access."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.platform.access import permissions, queries
from kefu.platform.access.choices import TokenState, UserState
from kefu.platform.access.models import ApiToken, Role, SessionRecord, User
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def post_button(url: str, label: str, *, icon: str, ask: str, tone: str = "bad") -> SafeString:
    """A small button in a row that posts at once (after asking) and answers with a toast."""
    return format_html(
        '<button class="ui-btn ui-btn-sm" data-tone="{}" type="button" hx-post="{}" hx-target="this" hx-swap="none" '
        'data-confirm="{}" data-confirm-yes="{}">{}{}</button>',
        tone,
        url,
        ask,
        label,
        kit.icon(icon),
        label,
    )


def _with_role(rows: QuerySet[User], role_id: str) -> QuerySet[User]:
    now = clock.now()
    running = Q(assignments__ends_at__isnull=True) | Q(assignments__ends_at__gt=now)
    return rows.filter(running, assignments__role_id=role_id, assignments__starts_at__lte=now).distinct()


class UserTable(Table):
    """All accounts that the viewer may see."""

    name = "access.users"
    order = ("username", "id")
    caption = gettext_lazy("账号")
    columns = [
        Column("username", gettext_lazy("账号"), sort="username", link=True),
        Column("display_name", gettext_lazy("姓名"), kind="avatar", sort="display_name"),
        Column("home_node", gettext_lazy("所属单位"), accessor="home_node.name"),
        Column("roles", gettext_lazy("角色"), render=lambda row: "、".join(row.role_names)),
        Column("state", gettext_lazy("状态"), kind="state", choices=UserState, card="side"),
        Column("last_login", gettext_lazy("最近登录"), kind="when", sort="last_login", priority=2),
    ]
    filters = [
        filters.TextFilter(
            name="q",
            label=gettext_lazy("账号或姓名"),
            fields=("username", "display_name"),
            placeholder=gettext_lazy("搜索账号或姓名"),
        ),
        filters.ChoiceFilter(
            name="role",
            label=gettext_lazy("角色"),
            choices=lambda viewer: [(role.pk, role.label) for role in Role.objects.all()],
            apply=_with_role,
        ),
        filters.BoolFilter(
            name="active",
            label=gettext_lazy("状态"),
            field="is_active",
            yes=gettext_lazy("在用"),
            no=gettext_lazy("已停用"),
        ),
    ]
    views = [
        View("active", gettext_lazy("在用"), {"active": "1"}),
        View("inactive", gettext_lazy("已停用"), {"active": "0"}),
    ]
    empty = Empty("users", gettext_lazy("没有可以查看的账号"), gettext_lazy("您的数据范围内还没有账号。"))

    def rows(self) -> QuerySet[User]:
        """The accounts inside the viewer's scope."""
        return queries.users_visible_to(self.viewer)

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Hang the role names on."""
        names = queries.role_names_of([row.pk for row in rows], at=clock.now())
        for row in rows:
            row.role_names = names.get(row.pk, [])
        return rows

    def row_url(self, row: Any) -> str:
        """The account's own page."""
        return reverse("access:user", args=[row.pk])


class SessionTable(Table):
    """One's own sessions and those one manages."""

    name = "access.sessions"
    order = ("-last_seen_at", "-id")
    caption = gettext_lazy("登录会话")
    filters = [
        filters.TextFilter(
            name="q",
            label=gettext_lazy("账号、姓名或地址"),
            fields=("user__username", "user__display_name", "ip"),
        ),
        filters.BoolFilter(
            name="open",
            label=gettext_lazy("状态"),
            yes=gettext_lazy("进行中"),
            no=gettext_lazy("已结束"),
            apply=lambda rows, value: rows.filter(ended_at__isnull=value),
        ),
    ]
    views = [
        View("open", gettext_lazy("进行中"), {"open": "1"}),
        View("ended", gettext_lazy("已结束"), {"open": "0"}),
    ]
    empty = Empty("monitor", gettext_lazy("没有登录会话"))

    @property
    def manages(self) -> bool:
        """Whether the viewer sees others' sessions, too."""
        return queries.has_permission(self.viewer, permissions.SESSION_MANAGE)

    def visible_columns(self) -> list[Column]:
        """With the person where there are several."""
        person = [Column("user", gettext_lazy("姓名"), accessor="user.display_name", kind="avatar", link=True)]
        return [
            *(person if self.manages else []),
            Column("device", gettext_lazy("设备"), render=_device),
            Column("ip", gettext_lazy("网络地址")),
            Column("created_at", gettext_lazy("登录时间"), kind="when", sort="created_at", priority=2),
            Column("last_seen_at", gettext_lazy("最近活动"), kind="when", sort="last_seen_at"),
            Column("state", gettext_lazy("状态"), render=self._state, card="side"),
            Column("action", gettext_lazy("操作"), render=self._action, export=False),
        ]

    def rows(self) -> QuerySet[SessionRecord]:
        """Sessions that the viewer may see."""
        return queries.sessions_visible_to(self.viewer)

    def _state(self, row: SessionRecord) -> SafeString:
        if row.session_key == self.viewer.session_key:
            return kit.badge(_("当前会话"), "ok")
        if row.ended_at is not None:
            return kit.badge(row.get_end_reason_display(), "neutral")
        return kit.badge(_("进行中"), "info")

    def _action(self, row: SessionRecord) -> object:
        if row.ended_at is not None or row.session_key == self.viewer.session_key:
            return mark_safe("")
        return post_button(
            reverse("access:revoke_session", args=[row.pk]),
            _("退出此会话"),
            icon="log-out",
            ask=_("让 %(name)s 在 %(device)s 上的会话立即退出？")
            % {"name": row.user.display_name, "device": _device(row)},
        )


def _device(row: SessionRecord) -> str:
    """Browser and system in a few words, from what the browser says of itself."""
    agent = row.user_agent
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("未知设备")


class TokenTable(Table):
    """One's own API tokens and those one manages."""

    name = "access.tokens"
    order = ("-created_at", "-id")
    caption = gettext_lazy("API 令牌")
    filters = [
        filters.TextFilter(
            name="q", label=gettext_lazy("用途或持有人"), fields=("name", "user__username", "user__display_name")
        ),
    ]
    columns = [
        Column("name", gettext_lazy("用途"), link=True),
        Column(
            "hint", gettext_lazy("开头"), render=lambda row: format_html('<span class="ui-mono">{}…</span>', row.hint)
        ),
        Column("user", gettext_lazy("持有人"), accessor="user.display_name"),
        Column("permissions", gettext_lazy("权限"), render=lambda row: _("%(n)d 项") % {"n": len(row.permissions)}),
        Column("expires_at", gettext_lazy("有效至"), kind="when", sort="expires_at"),
        Column("last_used_at", gettext_lazy("最近使用"), kind="when", sort="last_used_at", priority=2),
        Column("last_used_ip", gettext_lazy("使用地址"), priority=2),
        Column("networks", gettext_lazy("限定网络"), render=lambda row: "、".join(row.networks) or "—", priority=2),
        Column("state", gettext_lazy("状态"), render=lambda row: kit.state(row.state_at(clock.now())), card="side"),
        Column("action", gettext_lazy("操作"), render=lambda row: _revoke_token(row), export=False),
    ]

    def rows(self) -> QuerySet[ApiToken]:
        """Tokens that the viewer may see."""
        return queries.tokens_visible_to(self.viewer)

    @property
    def empty(self) -> Empty:  # type: ignore[override]
        """Why there is nothing, and the one action."""
        may_issue = queries.has_permission(self.viewer, permissions.TOKEN_ISSUE)
        return Empty(
            "key-round",
            _("还没有 API 令牌"),
            _("令牌让其他系统以您的名义调用接口，只带您选定的权限。"),
            reverse("access:new_token") if may_issue else "",
            _("签发令牌") if may_issue else "",
        )


def _revoke_token(row: ApiToken) -> object:
    if row.state_at(clock.now()) is not TokenState.ACTIVE:
        return mark_safe("")
    return post_button(
        reverse("access:revoke_token", args=[row.pk]),
        _("吊销令牌"),
        icon="ban",
        ask=_("吊销令牌“%(name)s”？使用它的系统会立即失去访问。") % {"name": row.name},
    )
