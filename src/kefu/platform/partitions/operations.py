"""The migration operation that creates a table partitioned by range of one date column."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import CreateModel


class PartitionedCreateModel(CreateModel):
    """``CreateModel`` that appends ``PARTITION BY RANGE (column)``; the primary key must contain the column.

    Django sees an ordinary model, so that ``makemigrations --check`` stays clean; PostgreSQL hands indexes down to
    the partitions by itself.
    """

    column = "day"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the table as a partitioned one, without any partition."""
        plain = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{plain} PARTITION BY RANGE ({schema_editor.quote_name(self.column)})"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = plain
