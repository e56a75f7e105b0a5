"""Rules that every template, style sheet and script of the product keeps."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3]
WEBUI = PACKAGE / "platform" / "webui"
# what goes on paper is drawn by its own sheet, in its own colours, and never comes to a browser
TEMPLATES = sorted(p for p in PACKAGE.rglob("templates/**/*.html") if "paper" not in p.parts)
SHEETS = sorted(p for p in PACKAGE.rglob("static/**/*.css") if "vendor" not in p.parts and not p.stem.endswith("paper"))
SCRIPTS = sorted(p for p in PACKAGE.rglob("static/**/*.js") if "vendor" not in p.parts)
SPRITE = (WEBUI / "static/webui/vendor/icons.svg").read_text(encoding="utf-8")
ICONS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "a style attribute: use a class"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), "an inline script"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "an inline handler: use data-act"
    assert not re.search(r"\shx-(on|boost|vals=\"js|inherit)", text), (
        "an htmx feature that the policy or the house forbids"
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_regions_are_explicit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for tag in re.findall(
        r"<[a-z][^>]*\shx-(?:get|post|put|patch|delete)=[^>]*>", re.sub(r"{%.*?%}|{{.*?}}", "x", text)
    ):
        assert "hx-target=" in tag, f"hx-target is missing: {tag[:120]}"
        assert "hx-swap=" in tag, f"hx-swap is missing: {tag[:120]}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_classes_are_prefixed(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text(encoding="utf-8"))
    for classes in re.findall(r'\sclass="([^"]*)"', text):
        own = f"{path.relative_to(PACKAGE).parts[1]}-"
        wrong = [c for c in classes.split() if not c.startswith(("ui-", own))]
        assert not wrong, f"classes without the prefix ui- (the kit's) or {own} (the app's): {wrong}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_icons_exist(path: Path) -> None:
    used = set(re.findall(r'{%\s*icon\s+"([^"]+)"', path.read_text(encoding="utf-8")))
    assert used <= ICONS, f"not in the sprite: {sorted(used - ICONS)}"


def test_menu_icons_exist() -> None:
    from kefu.platform.webui.menu import MENU, SECTIONS

    used = {item.icon for item in MENU} | {section.icon for section in SECTIONS}
    assert used <= ICONS, f"not in the sprite: {sorted(used - ICONS)}"


@pytest.mark.parametrize("path", [p for p in SHEETS if p.name != "tokens.css"], ids=name)
def test_colours_come_from_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"--[\w-]+:[^;}]*", "", text)  # a theme of its own (the wallboard's) defines tokens anew
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", text), "a colour that is no token"
    assert not re.search(r"\b(rgba?|hsla?)\(", text), "a colour that is no token"


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_text_is_never_smaller_than_12_px(path: Path) -> None:
    sizes = [float(n) for n in re.findall(r"font(?:-size)?:[^;}]*?(\d+(?:\.\d+)?)px", path.read_text(encoding="utf-8"))]
    assert all(size >= 12 for size in sizes)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_need_no_eval(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|setAttribute\(['\"]style", text)


def test_dark_is_the_same_whether_chosen_or_the_devices() -> None:
    text = (WEBUI / "static/webui/css/tokens.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root\[data-theme=(?:dark|auto)\] \{(.*?)\}", text, flags=re.S)
    assert len(blocks) == 2
    assert blocks[0].split() == blocks[1].split()


@pytest.mark.parametrize("folder", [WEBUI / "static/webui/vendor", WEBUI / "testing/vendor"], ids=["pages", "tests"])
def test_vendored_files_are_what_the_list_says(folder: Path) -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (folder / "VENDOR.md").read_text("utf-8"), flags=re.M)
    )
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "VENDOR.md"}
    assert found == listed
