"""Child processes that never outlive the one that started them."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent is gone, however it went; Linux only, elsewhere nothing."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)


def start_django_child() -> None:
    """How a worker of a process pool begins: bound to its parent, with Django ready."""
    die_with_parent()
    import django

    django.setup()
