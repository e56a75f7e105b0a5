"""What the frame around every page needs: menu, theme, density, identity, texts for the scripts."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.webui.menu import Menu, menu_for
from kefu.platform.webui.viewer import Identity, actor_of, identity_of

THEMES = ("auto", "light", "dark")
DENSITIES = ("cozy", "compact")
THEME_COOKIE, DENSITY_COOKIE, KEYS_COOKIE = "kefu_theme", "kefu_density", "kefu_keys"


@dataclass(slots=True)
class Shell:
    """The frame of one page."""

    viewer: Actor
    menu: Menu
    theme: str
    density: str
    keys: str
    language: str
    other_language: str
    identity: Identity | None
    now: float
    title: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)


def build(request: HttpRequest | None, active: str = "", title: str = "") -> Shell:
    """The shell for this request; works without a request and for anonymous visitors (error pages)."""
    viewer = actor_of(request) if request is not None else Actor.anonymous()
    cookies = request.COOKIES if request is not None else {}
    menu = menu_for(viewer, active)
    language = "en" if (get_language() or "").startswith("en") else "zh-CN"
    return Shell(
        viewer=viewer,
        menu=menu,
        theme=_pick(cookies.get(THEME_COOKIE), THEMES),
        density=_pick(cookies.get(DENSITY_COOKIE), DENSITIES),
        keys="off" if cookies.get(KEYS_COOKIE) == "off" else "on",
        language=language,
        other_language="zh-hans" if language == "en" else "en",
        identity=identity_of(request) if request is not None else None,
        now=time.time(),
        title=title or (str(menu.current.label) if menu.current else ""),
        texts=texts(),
        commands=commands(menu),
        urls=_urls(),
    )


def commands(menu: Menu) -> list[dict[str, Any]]:
    """The palette's entries: the pages that the viewer may open."""
    return [
        {
            "group": str(entry.label),
            "label": str(item.label),
            "icon": item.icon,
            "url": item.url,
            "key": item.key,
            "code": re.sub(r"[._]", " ", item.code),
        }
        for entry in menu.entries
        for item in entry.items
    ]


def texts() -> dict[str, str]:
    """The words that the scripts need, in the page's language."""
    return {
        "network": _("网络不通，已填写的内容仍在，请稍后重试"),
        "failed": _("操作没有成功，请重试；若反复出现，请把追踪号告诉管理员"),
        "offline": _("网络已断开，页面上的数据可能已过时"),
        "online": _("网络已恢复"),
        "unsaved": _("有未保存的修改，离开后会丢失"),
        "draft": _("草稿已自动保存"),
        "draftBack": _("已恢复上次未提交的草稿"),
        "discard": _("放弃草稿"),
        "copied": _("已复制"),
        "undo": _("撤销"),
        "undone": _("已撤销"),
        "none": _("没有匹配的内容；主叫号码须输入完整"),
        "found": _("找到 %s 项"),
        "settings": _("设置"),
        "theme": _("切换深浅色"),
        "density": _("切换紧凑或舒适"),
        "language": _("切换语言"),
        "keys": _("查看键盘操作"),
        "keysOn": _("单键操作已开启"),
        "keysOff": _("单键操作已关闭"),
        "selected": _("已选 %s 条"),
        "close": _("关闭"),
        "chart": _("图表数据"),
        "stale": _("数据已过时"),
    }


def _pick(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def _urls() -> dict[str, str]:
    """Addresses of other apps' pages that the user menu links, where they exist."""
    found: dict[str, str] = {}
    names: dict[str, str] = getattr(settings, "WEBUI_LINKS", {})
    for key, name in names.items():
        try:
            found[key] = reverse(name)
        except NoReverseMatch:
            continue
    return found
