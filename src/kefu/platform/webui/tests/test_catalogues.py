"""The English catalogue of every app is complete and well-formed."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.support import Translations

from kefu.platform.webui import catalogues
from kefu.platform.webui.catalogues import Domain, domains


@pytest.mark.parametrize("domain", domains(), ids=lambda d: d.name)
def test_english_is_complete(domain: Domain) -> None:
    found = catalogues.faults(domain)
    assert not found, "run: python -m kefu.platform.webui.catalogues extract\n" + "\n".join(found)


def package(tmp_path: Path) -> Path:
    app = tmp_path / "platform" / "sample"
    (app / "templates").mkdir(parents=True)
    (tmp_path / "areas").mkdir()
    (tmp_path / "site").mkdir()
    (app / "apps.py").write_text(
        'LABEL = _("名称")\nfrom x import pgettext\npgettext("动词", "关闭")\n', encoding="utf-8"
    )
    (app / "templates" / "page.html").write_text(
        '<p title="{% trans "提示" %}">\n   {% blocktrans with n=1 %}共 {{ n }} 条{% endblocktrans %}\n'
        "  {% blocktrans count n=n %}{{ n }} 人{% plural %}{{ n }} 个人{% endblocktrans %}</p>"
        "\n{% include 'x' with title=_(\"侧栏\") %}",
        encoding="utf-8",
    )
    return tmp_path


def test_texts_are_found_in_code_and_templates(tmp_path: Path) -> None:
    root = package(tmp_path)
    assert set(catalogues.texts(domains(root)[1])) == {
        ("", "名称"),
        ("动词", "关闭"),
        ("", "提示"),
        ("", "共 %(n)s 条"),
        ("", ("%(n)s 人", "%(n)s 个人")),
        ("", "侧栏"),
    }


def test_extraction_keeps_translations_and_drops_what_is_gone(tmp_path: Path) -> None:
    root = package(tmp_path)
    assert catalogues.extract(root)["platform.sample"] == (6, 0)
    domain = domains(root)[1]
    text = domain.po.read_text(encoding="utf-8").replace('msgid "名称"\nmsgstr ""', 'msgid "名称"\nmsgstr "Name"')
    domain.po.write_text(text + '\nmsgid "旧"\nmsgstr "Old"\n', encoding="utf-8")
    assert catalogues.extract(root)["platform.sample"] == (0, 1)
    assert 'msgstr "Name"' in domain.po.read_text(encoding="utf-8")
    assert "旧" not in domain.po.read_text(encoding="utf-8")
    before = domain.po.read_bytes()
    catalogues.extract(root)
    assert domain.po.read_bytes() == before


def test_faults_name_what_is_wrong(tmp_path: Path) -> None:
    root = package(tmp_path)
    catalogues.extract(root)
    domain = domains(root)[1]
    text = domain.po.read_text(encoding="utf-8")
    text = text.replace('msgid "共 %(n)s 条"\nmsgstr ""', 'msgid "共 %(n)s 条"\nmsgstr "%(m)s in all"')
    text = text.replace('msgid "提示"\nmsgstr ""', 'msgid "提示"\nmsgstr "提示"')
    domain.po.write_text(text, encoding="utf-8")
    found = catalogues.faults(domain)
    assert "missing: 名称" in found
    assert "placeholders differ: 共 %(n)s 条 → %(m)s in all" in found
    assert "Chinese in the English: 提示 → 提示" in found


def test_catalogues_are_compiled_when_stale(tmp_path: Path) -> None:
    root = package(tmp_path)
    catalogues.extract(root)
    domain = domains(root)[1]
    text = domain.po.read_text(encoding="utf-8").replace('msgid "名称"\nmsgstr ""', 'msgid "名称"\nmsgstr "Name"')
    domain.po.write_text(text, encoding="utf-8")
    assert catalogues.compile_all(root) == 1
    assert catalogues.compile_all(root) == 0
    with domain.mo.open("rb") as file:
        assert Translations(file).gettext("名称") == "Name"
