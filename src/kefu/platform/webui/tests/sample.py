"""A table of people with every kind of column and filter, over a model that exists in tests only."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.test import RequestFactory

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.choices import Tone, ToneChoices
from kefu.platform.webui.tables import BulkAction, Column, Table, View, filters

VIEWER = Actor(kind=ActorKind.USER, label="林晓", user_id=7)


class Mood(ToneChoices):
    """A state with tones."""

    GOOD = "good", "良好"
    POOR = "poor", "欠佳"

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {cls.GOOD.value: Tone.OK, cls.POOR.value: Tone.BAD}


class Person(models.Model):
    """A row of the sample table."""

    name = models.CharField(max_length=40)
    mood = models.CharField(max_length=8, choices=Mood.choices)
    score = models.IntegerField(null=True)
    joined_at = models.DateTimeField()
    is_lead = models.BooleanField(default=False)

    class Meta:
        app_label = "webui"
        managed = False
        db_table = "webui_test_person"


def create_table() -> None:
    """Make the sample table in the present transaction."""
    with connection.schema_editor() as editor:
        Person._meta.managed = True
        editor.create_model(Person)
        Person._meta.managed = False


class PersonTable(Table):
    """People."""

    name = "webui.people"
    caption = "人员"
    order = ("-joined_at", "-id")
    page_size = 4
    columns = [
        Column("name", "姓名", kind="avatar", sort="name", link=True),
        Column("mood", "状态", kind="state", choices=Mood, card="side"),
        Column("score", "得分", kind="number", sort="score"),
        Column("joined_at", "入职时间", kind="when", sort="joined_at"),
        Column("is_lead", "组长", kind="bool", priority=2),
    ]
    filters = [
        filters.TextFilter(name="q", label="姓名", fields=("name",)),
        filters.ChoiceFilter(name="mood", label="状态", choices=Mood.choices),
        filters.MultiFilter(name="moods", label="多个状态", field="mood", choices=lambda viewer: Mood.choices),
        filters.DateRangeFilter(name="joined", label="入职", field="joined_at"),
        filters.NumberRangeFilter(name="score", label="得分"),
        filters.BoolFilter(name="lead", label="组长", field="is_lead"),
    ]
    views = [View("all", "全部"), View("poor", "欠佳", {"mood": "poor"}, tone="bad")]
    export_permission = ""

    def rows(self) -> Any:
        return Person.objects.all()

    def row_url(self, row: Person) -> str:
        return f"/people/{row.pk}/"

    def bulk_actions(self) -> list[BulkAction]:
        return [BulkAction("停用", "/people/stop/", confirm="停用 %s 人", tone="bad")]


def request_for(query: str = "", *, actor: Actor = VIEWER, **headers: str) -> Any:
    """A request of the sample viewer for ``/people/?query``."""
    request = RequestFactory(headers=headers).get(f"/people/?{query}")
    request.actor = actor
    request.session = {}
    request._messages = []
    return request
