"""What stood as free text becomes a post of the catalogue, held since the first day of work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations

KNOWN = {
    "呼叫中心经理": "centre-manager",
    "客服中心经理": "centre-manager",
    "职场经理": "site-manager",
    "值班经理": "shift-manager",
    "业务组长": "team-leader",
    "组长": "team-leader",
    "副组长": "deputy-leader",
    "学习员": "learner",
    "质检": "quality",
    "质检员": "quality",
    "运营分析": "operations-analyst",
    "数据分析师": "data-analyst",
    "培训师": "trainer",
    "排班专员": "planner",
    "知识主管": "knowledge-lead",
    "知识管理员": "knowledge-editor",
    "客户经理": "account-manager",
    "技术支持专员": "technical-support",
    "客户关系专员": "customer-relations",
    "客服代表": "agent",
    "后台受理": "agent-back-office",
    "人事专员": "people-officer",
    "审计": "auditor",
    "系统管理": "system-admin",
    "系统管理员": "system-admin",
}


def forwards(apps: Any, schema_editor: Any) -> None:
    """One post for each text; an employee holds it from the first day to the last."""
    employee, post = apps.get_model("people", "Employee"), apps.get_model("people", "Post")
    holding = apps.get_model("people", "PostHolding")
    posts: dict[str, Any] = {}
    for number, text in enumerate(
        employee.objects.exclude(post_text="").order_by("post_text").values_list("post_text", flat=True).distinct(), 1
    ):
        code = KNOWN.get(text, f"post-{number}")
        posts[text] = post.objects.get_or_create(code=code, defaults={"name": text})[0]
    for text, found in posts.items():
        people = employee.objects.filter(post_text=text)
        holding.objects.bulk_create(
            [
                holding(
                    employee=person,
                    post=found,
                    starts_on=person.hired_on,
                    ends_on=person.left_on + timedelta(days=1) if person.left_on else None,
                )
                for person in people
            ],
            batch_size=2000,
        )
        people.update(post=found)


def backwards(apps: Any, schema_editor: Any) -> None:
    """The name of today's post as text."""
    employee = apps.get_model("people", "Employee")
    for person in employee.objects.filter(post__isnull=False).select_related("post"):
        person.post_text = person.post.name[:64]
        person.save(update_fields=["post_text"])


class Migration(migrations.Migration):
    dependencies = [("people", "0002_posts_skills_merits")]

    operations = [migrations.RunPython(forwards, backwards)]
