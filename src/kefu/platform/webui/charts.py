"""Charts: a small description that the browser draws, with a table for whoever cannot see the drawing.

``{"x": [...], "series": [{"name", "data", "type": "line"|"bar", "unit": "number"|"percent"|"duration",
"tone", "dashed", "area", "smooth", "stack"}], "unit", "target", "targetLabel", "min", "max", "links": [...]}``
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.platform.webui import formats

_numbers = count(1)


def written(value: float | None, unit: str) -> str:
    """One value of a chart as text."""
    if unit == "percent":
        return formats.percent(value)
    if unit == "duration":
        return formats.duration(value)
    return formats.number(value, 0 if value is None or float(value).is_integer() else 2)


def render(spec: Mapping[str, Any], label: str, cls: str = "") -> SafeString:
    """The ``<ui-chart>``, its data block and the folded table."""
    number = next(_numbers)
    source = f"ui-chart-data-{number}"
    series = spec["series"]
    default = spec.get("unit", "number")
    head = format_html_join("", '<th scope="col" class="ui-num">{}</th>', ((s["name"],) for s in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                x,
                format_html_join(
                    "",
                    '<td class="ui-num">{}</td>',
                    ((written(s["data"][i] if i < len(s["data"]) else None, s.get("unit", default)),) for s in series),
                ),
            )
            for i, x in enumerate(spec["x"])
        ),
    )
    return format_html(
        '<figure class="ui-chart-box"><ui-chart role="img" aria-label="{}" data-source="{}" data-table="{}" class="{}">'
        '</ui-chart>{}<details class="ui-chart-alt"><summary>{}</summary>'
        '<div class="ui-chart-fallback" tabindex="0" role="region" aria-label="{}"><table class="ui-table ui-table-dense" id="{}">'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details></figure>',
        label,
        source,
        f"ui-chart-table-{number}",
        cls,
        data_block(spec, source),
        _("图表数据"),
        label,
        f"ui-chart-table-{number}",
        spec.get("xLabel", ""),
        head,
        rows,
    )


def data_block(spec: Mapping[str, Any], element_id: str) -> SafeString:
    """The JSON of a chart in a data block, safe inside HTML."""
    text = json.dumps(spec, cls=DjangoJSONEncoder, ensure_ascii=False)
    for raw, safe in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(raw, safe)
    return format_html('<script type="application/json" id="{}">{}</script>', element_id, SafeString(text))
