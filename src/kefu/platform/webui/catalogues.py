"""The English catalogues: extraction, compilation and checks in pure Python (no gettext binary is needed).

``python -m kefu.platform.webui.catalogues extract [platform.jobs …]`` adds new texts to each app's
``locale/en/LC_MESSAGES/django.po`` and
drops those that are gone; ``… compile`` writes the ``.mo`` files; ``… check`` lists what is missing or malformed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SKIPPED = frozenset({"tests", "testing", "migrations", "static", "locale", "__pycache__"})
HEADER = """msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd%]|\{\w*\}")
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e]")

Key = tuple[str, str | tuple[str, str]]
"""Context and msgid (or singular and plural)."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A part of the source whose texts share one catalogue."""

    name: str
    folders: tuple[Path, ...]
    locale: Path

    @property
    def po(self) -> Path:
        """The English catalogue."""
        return self.locale / "en" / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        """The compiled catalogue (not kept in git)."""
        return self.po.with_suffix(".mo")


def domains(package: Path = PACKAGE) -> list[Domain]:
    """One for each app, and one for everything that belongs to none (site, kernel, loop)."""
    found = [Domain("site", (package / "site", package / "kernel", package / "loop"), package / "site" / "locale")]
    for floor in ("platform", "areas"):
        found += [
            Domain(f"{floor}.{folder.name}", (folder,), folder / "locale")
            for folder in sorted((package / floor).iterdir())
            if (folder / "apps.py").exists()
        ]
    return found


def texts(domain: Domain) -> dict[Key, None]:
    """Every text of the domain that is marked for translation."""
    found: dict[Key, None] = {}
    for folder in domain.folders:
        for path in sorted(folder.rglob("*")):
            if SKIPPED & set(path.relative_to(folder).parts) or path.suffix not in {".py", ".html", ".txt"}:
                continue
            source = path.read_text(encoding="utf-8")
            if path.suffix != ".py":
                if "{%" not in source and "{{" not in source:
                    continue
                source = _template_as_python(source, path)
            for key in _marked(source, path):
                found[key] = None
    return found


def read(domain: Domain) -> dict[Key, Message]:
    """The catalogue as it is; empty when there is none."""
    if not domain.po.exists():
        return {}
    with domain.po.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {_key(message): message for message in catalogue if message.id}


def extract(package: Path = PACKAGE, *, only: Collection[str] = ()) -> dict[str, tuple[int, int]]:
    """Bring each catalogue (or those of ``only``) to exactly the texts in the source; domain → (added, dropped)."""
    changes: dict[str, tuple[int, int]] = {}
    for domain in domains(package):
        if only and domain.name not in only:
            continue
        wanted, known = texts(domain), read(domain)
        if not wanted and not known:
            continue
        catalogue = Catalog(locale="en", fuzzy=False)
        for context, message_id in wanted:
            old = known.get((context, message_id))
            catalogue.add(message_id, old.string if old else None, context=context or None)
        _write(domain.po, catalogue)
        changes[domain.name] = (len(wanted.keys() - known.keys()), len(known.keys() - wanted.keys()))
    return changes


def compile_all(package: Path = PACKAGE) -> int:
    """Write the ``.mo`` files that are older than their ``.po``; how many were written."""
    due = stale(package)
    for po in due:
        mo = po.with_suffix(".mo")
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parts[-3].replace("-", "_"))
        buffer = io.BytesIO()
        write_mo(buffer, catalogue)
        # Several processes may compile at once: each writes its own file, the last rename wins.
        side = mo.with_suffix(f".mo.{id(buffer)}")
        side.write_bytes(buffer.getvalue())
        side.replace(mo)
    return len(due)


def stale(package: Path = PACKAGE) -> list[Path]:
    """The catalogues that were never compiled, or changed since."""
    compiled = {po: po.with_suffix(".mo") for po in sorted(package.glob("*/**/locale/*/LC_MESSAGES/django.po"))}
    return [po for po, mo in compiled.items() if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns]


def faults(domain: Domain) -> list[str]:
    """What is wrong with the domain's English: missing, left over, placeholders that differ, Chinese left in."""
    known = read(domain)
    found: list[str] = []
    for key in texts(domain):
        message = known.get(key)
        shown = key[1] if isinstance(key[1], str) else key[1][0]
        if message is None or not _strings(message):
            found.append(f"missing: {shown}")
            continue
        ids = [key[1]] if isinstance(key[1], str) else list(key[1])
        wanted = {p for text in ids for p in _placeholders(text)}
        for text in _strings(message):
            got = set(_placeholders(text))
            if not got <= wanted or (isinstance(key[1], str) and got != wanted):
                found.append(f"placeholders differ: {shown} → {text}")
            if CHINESE.search(text):
                found.append(f"Chinese in the English: {shown} → {text}")
    left_over = known.keys() - texts(domain).keys()
    found += [f"no longer used: {key[1]}" for key in left_over]
    return found


def _marked(source: str, path: Path) -> Iterator[Key]:
    file = io.BytesIO(source.encode("utf-8"))
    try:
        for _line, message, _comments, context in babel_extract(
            "python", file, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            if message and message != ("", ""):
                yield context or "", message  # type: ignore[misc]
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{path}: cannot read its texts: {error}") from error


def _template_as_python(source: str, path: Path) -> str:
    from django.utils.translation.template import templatize

    # What lies between the marked texts is blanked out; only the indentation could still offend Python's tokenizer.
    blanked = templatize(source, origin=str(path))
    return "\n".join(line.strip() for line in blanked.splitlines())


def _write(po: Path, catalogue: Catalog) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    po.parent.mkdir(parents=True, exist_ok=True)
    text = HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"
    # Whether a text is a format string is for the checks here to see, not for a flag.
    text = re.sub(r"^#, python-(brace-)?format\n", "", text, flags=re.M)
    if not po.exists() or po.read_text(encoding="utf-8") != text:
        po.write_text(text, encoding="utf-8")


def _key(message: Message) -> Key:
    return (str(message.context or ""), message.id if isinstance(message.id, str) else tuple(message.id))  # type: ignore[return-value]


def _strings(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [text for text in strings if text] if all(strings) else []


def _placeholders(text: str) -> list[str]:
    return [p for p in PLACEHOLDER.findall(text) if p != "%%"]


def main(arguments: list[str]) -> int:
    """The command line; 1 when a check fails."""
    match arguments:
        case ["extract", *only]:
            for name, (added, dropped) in extract(only=only).items():
                print(f"{name}: {added} new, {dropped} dropped")
            return 0
        case ["compile"]:
            print(f"{compile_all()} compiled")
            return 0
        case ["check"]:
            failed = False
            for domain in domains():
                for fault in faults(domain):
                    failed = True
                    print(f"{domain.name}: {fault}")
            return int(failed)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
