"""Markdown as safe HTML: what staff write can be formatted, and nothing in it can run."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "blockquote", "hr", "br", "table", "thead", "tbody",
        "tr", "th", "td", "code"}  # fmt: skip
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def as_html(text: str) -> SafeString:
    """The HTML of ``text``; headings begin a level below the page's own, links and pictures are left out."""
    for level in (3, 2, 1):
        text = "\n".join("#" + line if line.startswith("#" * level + " ") else line for line in text.splitlines())
    return SafeString(nh3.clean(_PARSER.render(text), tags=TAGS, attributes={}))
