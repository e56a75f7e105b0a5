"""The pages of the shell itself."""

from __future__ import annotations

from kefu.platform.webui.testing.pages import PAGES, PageCase

PAGES.register_all(
    [
        PageCase("webui.not_found", "/there-is-no-such-page/", role="admin", status=404),
        PageCase("webui.not_found_anonymous", "/neither-is-this/", role="", status=404),
        PageCase("webui.home", "webui:home", role="admin"),
        PageCase("webui.offline", "webui:offline", role=""),
        PageCase("webui.kit", "webui:kit", role="admin", limit=3000),
    ]
)
