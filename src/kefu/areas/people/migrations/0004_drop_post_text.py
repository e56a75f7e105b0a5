"""The free text of the post has become a dated assignment."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0003_posts_from_text")]

    operations = [migrations.RemoveField(model_name="employee", name="post_text")]
