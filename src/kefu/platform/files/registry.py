"""What files are kept for, declared by the apps that keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from kefu.platform.files.models import StoredFile


@dataclass(frozen=True)
class Purpose:
    """Why a file is kept.

    ``types`` are the content types (as found in the content, not as claimed) that are accepted. ``permission``
    opens every file of this purpose; ``may_read`` narrows that to the rows a viewer sees and replaces it when
    given. ``keep_days`` deletes files that are older; ``logs_access`` writes each reading into the audit.
    """

    code: str
    permission: str
    types: tuple[str, ...]
    max_bytes: int
    logs_access: bool = False
    keep_days: int | None = None
    may_read: Callable[[Actor, StoredFile], bool] | None = None


PURPOSES: Registry[Purpose] = Registry("file purposes", lambda purpose: purpose.code)


def purpose(
    code: str,
    permission: str,
    types: tuple[str, ...],
    max_bytes: int,
    *,
    logs_access: bool = False,
    keep_days: int | None = None,
    may_read: Callable[[Actor, StoredFile], bool] | None = None,
) -> Purpose:
    """Declare and register a purpose."""
    return PURPOSES.register(Purpose(code, permission, types, max_bytes, logs_access, keep_days, may_read))
