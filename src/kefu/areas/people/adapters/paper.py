"""HTML becomes a PDF. The library is loaded with the first page: it needs the system's pango."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kefu.kernel.errors import Unavailable


def pdf_of(html: str) -> bytes:
    """The pages of ``html`` as PDF; everything shown is in the text itself, nothing is fetched."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise Unavailable(_("服务器缺少排版组件（pango），不能生成 PDF，请联系管理员。")) from error
    made: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"})).write_pdf()
    return made
