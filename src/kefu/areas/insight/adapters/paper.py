"""HTML to PDF. WeasyPrint is loaded when the first report is printed; nothing is fetched from anywhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from kefu.kernel.errors import Unavailable

STYLE = "insight/report_paper.css"


def to_pdf(html: str) -> bytes:
    """The document as a PDF; raises ``Unavailable`` where the libraries for it are missing."""
    try:
        from weasyprint import CSS, HTML
    except OSError as error:
        raise Unavailable(_("这台服务器还不能生成 PDF：缺少 pango。请系统管理员安装后重试。")) from error
    page = HTML(string=html, url_fetcher=_fetch_nothing)
    return bytes(page.write_pdf(stylesheets=[CSS(string=_style())]))


@lru_cache(maxsize=1)
def _style() -> str:
    found = finders.find(STYLE)
    assert isinstance(found, str)
    return Path(found).read_text(encoding="utf-8")


def _fetch_nothing(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    raise ValueError(f"a report needs nothing from {url}")
