"""The set-up checklist: rooms register what a new centre has to arrange; the first-run pages show how far it has come.

A step's state is computed from the data itself each time, so steps can be done in any order, by anybody who may, on
the rooms' ordinary pages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry
from kefu.platform.webui.viewer import may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger("kefu.web")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands: ``text`` says what is there; ``missing`` names, in words, what is still to do.

    ``waiting`` says what is being waited for when nobody has to do anything but look; the page then asks again.
    """

    text: str = ""
    missing: Sequence[str] = ()
    waiting: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing and nothing is waited for."""
        return not self.missing and not self.waiting


@dataclass(frozen=True, slots=True)
class Action:
    """A link to an ordinary page where something of the step is done."""

    label: str | _StrPromise
    icon: str
    url_name: str
    permission: str = ""
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address of the page."""
        return reverse(self.url_name, args=self.args)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a new centre arranges. ``examine(viewer)`` computes how it stands."""

    code: str
    label: str | _StrPromise
    help: str | _StrPromise
    icon: str
    order: int
    permission: str
    examine: Callable[[Actor], Standing]
    actions: Sequence[Action] = ()
    is_optional: bool = False


STEPS: Registry[Step] = Registry("set-up steps", lambda step: step.code)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as one viewer sees it."""

    step: Step
    standing: Standing
    actions: Sequence[Action]

    @property
    def state(self) -> str:
        """``done``, ``waiting``, ``optional`` or ``missing``."""
        if self.standing.is_done:
            return "done"
        if self.step.is_optional:
            return "optional"
        return "missing" if self.standing.missing else "waiting"


def steps_for(viewer: Actor) -> list[ShownStep]:
    """The steps that the viewer may do, in order, each with its standing."""
    found = sorted((step for step in STEPS if may(viewer, step.permission)), key=lambda s: (s.order, s.code))
    return [show(step, viewer) for step in found]


def show(step: Step, viewer: Actor) -> ShownStep:
    """One step as ``viewer`` sees it; one that cannot be examined says so and does not take the page with it."""
    try:
        standing = step.examine(viewer)
    except Exception:
        log.exception("set-up step %s failed", step.code)
        standing = Standing(missing=(_("这一步暂时无法检查，请稍后刷新。"),))
    return ShownStep(step, standing, [action for action in step.actions if may(viewer, action.permission)])
