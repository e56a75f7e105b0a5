"""Tasks, their history and the files that prove them."""

from kefu.platform.tasks.models.history import Evidence, TaskEvent
from kefu.platform.tasks.models.task import Task

__all__ = ["Evidence", "Task", "TaskEvent"]
