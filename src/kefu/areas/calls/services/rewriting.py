"""Taking a caller's values out of raw lines without changing what is read from them.

Where a value is what the normaliser reads as the caller (or the caller's name), a marker takes its place, from which the
same token is computed again. Elsewhere it becomes what the normaliser would have made of it: a mask.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from kefu.areas.calls.engine.formats import FORMATS
from kefu.areas.calls.models import Source
from kefu.areas.calls.services.events import masked_text
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.markers import WORD

LINES_OF_CALLERS = """
    SELECT raw.tableoid, raw.ctid::text, raw.source_id, (extract(epoch FROM raw.occurred_at) * 1000)::bigint,
           raw.ordinal, raw.text
      FROM calls_contact call
      JOIN calls_callevent event ON event.source_id = call.source_id AND event.call_key = call.call_key
      JOIN calls_rawevent raw ON raw.day = event.day AND raw.source_id = event.source_id
       AND raw.line_hash = event.line_hash AND raw.nth = event.nth
     WHERE call.caller_token = ANY(%s)
"""
LINES_WITH = """
    SELECT tableoid, ctid::text, source_id, (extract(epoch FROM occurred_at) * 1000)::bigint, ordinal, text
      FROM calls_rawevent WHERE text ~* %s
"""

Read = list[tuple[Any, Any]]


def rewrite(query: str, arguments: list[Any], finder: Finder) -> int:
    """Take the values out of the lines that the query finds; returns how many lines were changed."""
    sources = Source.objects.in_bulk()
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query, arguments)
        for oid, place, source_id, at_ms, ordinal, text in cursor.fetchall():
            fresh = without(finder, sources[source_id], text, at_ms, ordinal)
            if fresh != text:
                cursor.execute(
                    "UPDATE calls_rawevent SET text = %s WHERE tableoid = %s AND ctid = %s::tid", [fresh, oid, place]
                )
                done += cursor.rowcount
    return done


def without(finder: Finder, source: Source, text: str, at_ms: int, ordinal: int) -> str:
    """The line without the values; read again, it tells of the same caller."""
    after = 0
    while found := finder.first(text, after):
        begin, end, marker = found
        value = text[begin:end]
        masked = masked_text(value)
        chosen = WORD if masked == value else masked
        if _callers(source, text[:begin] + chosen + text[end:], at_ms, ordinal) != _callers(
            source, text, at_ms, ordinal
        ):
            chosen = marker
        if text[:begin].rstrip()[-1:] == ":" and text[end:].lstrip()[:1] in (",", "}"):
            chosen = f'"{chosen}"'  # a bare number in JSON
        text = text[:begin] + chosen + text[end:]
        after = begin + len(chosen)
    return text


def _callers(source: Source, text: str, at_ms: int, ordinal: int) -> Read:
    """What the line says about the caller."""
    events = FORMATS.get(source.kind).events(text, at_ms, ordinal, source.options)
    return [(event.data.get("caller"), event.data.get("caller_name")) for event in events]
