"""The enumerations of the people room."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class UnitKind(TextChoices):
    """What a unit is; the values are those of the scope tree's nodes."""

    CENTRE = "centre", _("中心")
    SITE = "site", _("职场")
    DEPARTMENT = "department", _("部门")
    TEAM = "team", _("班组")


class LeadKind(TextChoices):
    """How somebody leads a unit."""

    LEADER = "leader", _("负责人")
    DEPUTY = "deputy", _("副职")


class EmployeeState(ToneChoices):
    """Whether somebody works here; derived from the dates."""

    COMING = "coming", _("待入职")
    EMPLOYED = "employed", _("在职")
    LEFT = "left", _("已离职")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """At work is good."""
        return {cls.COMING: Tone.INFO, cls.EMPLOYED: Tone.OK}


class AgentState(ToneChoices):
    """Whether a login identity is in use and whose it is."""

    LINKED = "linked", _("已关联员工")
    UNLINKED = "unlinked", _("未关联")
    RETIRED = "retired", _("已停用")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """A login without an owner wants a look."""
        return {cls.LINKED: Tone.OK, cls.UNLINKED: Tone.WARN}
