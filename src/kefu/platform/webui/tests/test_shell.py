"""The frame in the browser: palette, theme, language, keys, dialogs, drawer, phone menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OpenPage = Callable[..., Any]


def test_the_palette_finds_a_page_and_goes_there(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="查找页面、人员、通话或命令")
    box.fill("组件")
    assert page.locator("#ui-pal-l [role=option]").all_inner_texts() == ["组件库"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui-kit/")


def test_the_palette_runs_commands_and_says_when_nothing_matches(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.keyboard.press("Control+k")
    page.locator("#ui-pal input").fill("没有这样的页面")
    assert page.locator(".ui-pal-none").inner_text() == "没有匹配的内容；主叫号码须输入完整"
    page.locator("#ui-pal input").fill("深浅")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_theme_and_density_are_kept_by_the_server(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.locator("header [data-act=theme]").click()
    page.locator("header .ui-top-tools > [data-act=density]").click()
    page.reload()
    root = page.locator("html")
    assert root.get_attribute("data-theme") == "dark"
    assert root.get_attribute("data-density") == "compact"


def test_the_language_switch_turns_the_page_english_and_back(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.get_by_role("button", name="Switch to English").first.click()
    page.wait_for_selector("html[lang=en]")
    assert page.locator("h1").inner_text() == "UI kit"
    page.get_by_role("button", name="切换到中文").first.click()
    page.wait_for_selector("html[lang=zh-CN]")


def test_single_keys_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#ui-help").is_visible()
    page.locator("#ui-keys-toggle").uncheck()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    assert not page.locator("#ui-help").is_visible()
    page.reload()
    assert page.locator("html").get_attribute("data-keys") == "off"


def test_the_irreversible_names_what_and_how_many(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.locator("[data-act=kit-confirm]").click()
    dialog = page.get_by_role("dialog", name="删除 3 条导入映射？")
    assert dialog.is_visible()
    assert page.evaluate("document.activeElement.value") == "no"
    dialog.get_by_role("button", name="返回，不做更改").click()
    assert page.locator(".ui-toast").count() == 0
    page.locator("[data-act=kit-confirm]").click()
    page.locator("#ui-confirm-yes").click()
    assert page.locator(".ui-toast").inner_text() == "删除 3 条映射"


def test_undo_is_offered_instead_of_asking(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.locator("[data-act=kit-undo]").click()
    page.get_by_role("button", name="撤销").click()
    assert page.locator(".ui-toast").last.inner_text() == "已撤销"


def test_a_draft_comes_back(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.on("dialog", lambda dialog: dialog.accept())
    box = page.locator("form[data-draft] [name=note]")
    box.fill("等待较长，先致歉")
    page.wait_for_function("() => document.querySelector('form[data-draft] .ui-draft').textContent !== ''")
    page.reload()
    assert page.locator("form[data-draft] [name=note]").input_value() == "等待较长，先致歉"
    assert "已恢复上次未提交的草稿" in page.locator("#ui-toasts").inner_text()


def test_enter_does_not_send_while_chinese_is_being_composed(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    stopped = page.evaluate("""() => {
        const input = document.querySelector('#kit-filters [type=search]');
        const e = new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true});
        return !input.dispatchEvent(e);
    }""")
    assert stopped is True


def test_the_phone_menu_shows_every_page(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin", width="phone")
    page.get_by_role("button", name="更多").click()
    sheet = page.get_by_role("dialog", name="全部页面")
    assert sheet.get_by_role("link", name="组件库").is_visible()


def test_the_drawer_opens_and_closes(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.locator("[data-act=kit-drawer]").click()
    assert page.locator("#ui-drawer h2").inner_text() == "侧栏示例"
    page.keyboard.press("Escape")
    assert not page.locator("#ui-drawer").is_visible()


def test_charts_follow_the_theme(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    colours = "() => [...document.querySelectorAll('ui-chart path')].map(p => p.getAttribute('fill'))"
    before = page.evaluate(colours)
    page.locator("header [data-act=theme]").click()
    after = page.evaluate(colours)
    assert "#2456d6" in before
    assert "#6c97ff" in after
    assert "#2456d6" not in after


def test_timers_tick_by_the_servers_clock(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    shown = page.evaluate("""() => {
        const t = document.querySelector('ui-timer');
        t.setAttribute('data-since', String(window.kefu.now() - 3661));
        return t.textContent;
    }""")
    assert shown == "1:01:01"


def test_without_a_connection_the_offline_page_is_shown(open_page: OpenPage) -> None:
    page = open_page("/ui-kit/", role="admin")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(page.url.replace("/ui-kit/", "/people/"))
    assert page.locator("h1").inner_text() == "网络已断开"
    page.context.set_offline(False)
