"""Template tags, formats, forms, panels, menu, charts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.webui import charts, formats
from kefu.platform.webui.forms import Form, ModelForm
from kefu.platform.webui.menu import MENU, MenuItem, MenuSection, menu_for
from kefu.platform.webui.panels import PANELS, Panel, render_slot
from kefu.platform.webui.templatetags import kit
from kefu.platform.webui.tests.sample import VIEWER, Mood, Person, request_for

NOW = datetime(2026, 11, 20, 6, 32, 9, tzinfo=UTC)


def drawn(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (9, "0:09"), (272, "4:32"), (59.5, "1:00"), (3599.4, "59:59"), (3600, "1:00:00"), (-61, "-1:01"),
     (-0.2, "0:00"), (Decimal("90.5"), "1:31"), (None, "—")],
)  # fmt: skip
def test_durations(seconds: float | None, text: str) -> None:
    assert formats.duration(seconds) == text


@given(st.integers(0, 10**7))
def test_a_duration_can_be_read_back(seconds: int) -> None:
    total = 0
    for part in formats.duration(seconds).split(":"):
        total = total * 60 + int(part)
    assert total == seconds


def test_numbers_shares_and_instants() -> None:
    assert formats.number(1234567) == "1,234,567"
    assert formats.number(2.5, 1) == "2.5"
    assert formats.number(None) == formats.percent(None) == formats.percent(float("nan")) == "—"
    assert formats.percent(0.8249) == "82.5%"
    assert formats.when(NOW) == "2026-11-20 14:32"
    assert formats.when(NOW, seconds=True) == "2026-11-20 14:32:09"
    assert formats.when(date(2026, 11, 20)) == "2026-11-20"
    assert [formats.file_size(n) for n in (0, 999, 20_971_520, None)] == ["0 B", "999 B", "20.0 MB", "—"]


def test_states_are_colour_shape_and_word() -> None:
    assert drawn("{% state mood %}", mood=Mood.POOR) == (
        '<span class="ui-tag" data-tone="bad"><svg class="ui-i" aria-hidden="true">'
        '<use href="/static/webui/vendor/icons.svg#circle-x"/></svg>欠佳</span>'
    )
    assert drawn("{% state none %}", none=None) == "—"
    assert "&lt;i&gt;" in drawn("{% badge text %}", text="<i>")


@pytest.mark.parametrize(
    ("left", "total", "mood", "text"),
    [
        (742, 1800, "ok", "12:22"),
        (188, 1800, "warn", "03:08"),
        (-421, 1800, "bad", "07:01"),
        (5400, 7200, "ok", "1:30:00"),
    ],
)
def test_deadlines(left: int, total: int, mood: str, text: str) -> None:
    html = kit.sla(NOW + timedelta(seconds=left), NOW, total)
    assert f'data-state="{mood}"' in html
    assert f'<span class="ui-t">{text}</span>' in html


def test_changes_are_good_or_bad_by_direction() -> None:
    assert "ui-c-ok" in kit.delta(0.03)
    assert "ui-c-bad" in kit.delta(0.03, good="down")
    assert "ui-c-neutral" in kit.delta(0)
    assert "-1.2 个百分点" in kit.delta(-0.012, kind="point")
    assert "+0:12" in kit.delta(12, good="down", kind="duration")


def test_a_trend_has_gaps_and_a_description() -> None:
    html = kit.spark([1, 2, None, 3, 2])
    assert html.count("M") == 2
    assert "最低 1.0，最高 3.0，最近 2.0" in html
    assert kit.spark([1]) == '<span class="ui-muted">—</span>'


def test_a_chart_has_its_numbers_beside_it_and_cannot_break_out() -> None:
    html = charts.render(
        {"x": ["08:00", "</script><b>"], "unit": "percent", "series": [{"name": "服务水平", "data": [0.825, None]}]},
        "走势",
    )
    assert '<td class="ui-num">82.5%</td>' in html
    assert '<td class="ui-num">—</td>' in html
    assert html.count("</script>") == 1
    assert "&lt;/script&gt;&lt;b&gt;" in html


class SampleForm(Form):
    name = forms.CharField(label="名称", help_text="最多 20 个字")
    day = forms.DateField(label="日期", required=False)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea)
    is_active = forms.BooleanField(label="启用", required=False)


def test_fields_are_labelled_and_errors_tied_to_them() -> None:
    html = drawn("{% field form.name %}", form=SampleForm({"name": ""}))
    assert '<label for="id_name">名称</label>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    clean = drawn("{% field form.day %}{% field form.note %}{% field form.is_active %}", form=SampleForm())
    assert 'type="date"' in clean
    assert 'rows="4"' in clean
    assert clean.count("选填") == 2
    assert '<label class="ui-check"><input type="checkbox"' in clean


def test_a_services_refusal_lands_under_its_field() -> None:
    form = SampleForm({"name": "x"})
    assert form.is_valid()
    form.add_domain_error(InvalidInput("有误", errors={"name": "名称已被使用", "other": "另有问题"}))
    assert form.errors == {"name": ["名称已被使用"], "__all__": ["另有问题"]}
    plain = SampleForm({"name": "x"})
    plain.add_domain_error(InvalidInput("都不行"))
    assert plain.non_field_errors() == ["都不行"]


def test_forms_never_write() -> None:
    class PersonForm(ModelForm):
        class Meta:
            model = Person
            fields = ["name"]

    with pytest.raises(TypeError):
        PersonForm({"name": "x"}).save()


def test_panels_are_shown_to_those_who_may_and_fail_alone() -> None:
    def broken(request: Any, context: Any) -> str:
        raise RuntimeError("x")

    for panel in (
        Panel("t.slot", "t.b", "", lambda request, context: f"<p>{context['n']}</p>", order=2),
        Panel("t.slot", "t.a", "", lambda request, context: "<p>first</p>", order=1),
        Panel("t.slot", "t.c", "", broken, order=3),
        Panel("t.other", "t.d", "", lambda request, context: "<p>other</p>"),
    ):
        PANELS.register(panel)
    html = render_slot(request_for(), "t.slot", {"n": 5})
    assert html.startswith("<p>first</p><p>5</p>")
    assert "暂时无法显示" in html
    assert "other" not in html
    assert render_slot(request_for(actor=Actor.anonymous()), "t.slot", {"n": 5}) == ""


@pytest.mark.django_db
def test_the_menu_shows_what_the_viewer_may_open() -> None:
    assert menu_for(Actor.anonymous()).entries == ()
    menu = menu_for(VIEWER, "system.kit")
    assert [item.code for item in menu.items if item.permission] == []
    assert menu.current is MENU.get("system.kit")
    everything = menu_for(Actor.system("test"))
    assert everything.entries == ()


def test_a_menu_code_is_unique() -> None:
    with pytest.raises(ValueError, match="twice"):
        MENU.register(MenuItem("system.kit", "x", "x", "webui:home"))


@pytest.mark.django_db
def test_sections_group_pages_and_mark_the_present_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from kefu.kernel.registry import Registry
    from kefu.platform.webui import menu

    pages: Registry[MenuItem] = Registry("menu", lambda i: i.code)
    sections: Registry[MenuSection] = Registry("sections", lambda s: s.code)
    sections.register(MenuSection("b", "乙", "phone", 2))
    for i in range(6):
        pages.register(MenuItem(f"s{i}.x", f"页{i}", "phone", "webui:kit", section=f"s{i}", order=10 + i))
    pages.register(MenuItem("b.two", "二", "phone", "webui:kit", section="b", order=2))
    pages.register(MenuItem("b.one", "一", "phone", "webui:home", section="b", order=1))
    monkeypatch.setattr(menu, "MENU", pages)
    monkeypatch.setattr(menu, "SECTIONS", sections)
    found = menu.menu_for(VIEWER, "b.two")
    first = found.entries[0]
    assert (first.label, first.url, first.is_current) == ("乙", "/", True)
    assert [t.code for t in found.tabs] == ["b.one", "b.two"]
    assert [e.mobile for e in found.entries] == [True] * 4 + [False] * 3
    assert menu.menu_for(VIEWER, "s1.x").tabs == ()
