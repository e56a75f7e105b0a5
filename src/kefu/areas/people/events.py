"""What happens to people and units; ids only."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("people.unit_moved")
@dataclass(frozen=True, slots=True)
class UnitMoved(Event):
    """A unit stands under another one from a day on."""

    unit_id: int
    parent_id: int | None
    starts_on: str


@event("people.employee_joined")
@dataclass(frozen=True, slots=True)
class EmployeeJoined(Event):
    """Somebody was entered, as a member of a unit from a day on."""

    employee_id: int
    unit_id: int
    starts_on: str


@event("people.employees_entered")
@dataclass(frozen=True, slots=True)
class EmployeesEntered(Event):
    """Many people were entered at once, by an import."""

    employee_ids: list[int]


@event("people.employee_transferred")
@dataclass(frozen=True, slots=True)
class EmployeeTransferred(Event):
    """Somebody belongs to another unit from a day on."""

    employee_id: int
    from_unit_id: int | None
    to_unit_id: int
    starts_on: str


@event("people.post_changed")
@dataclass(frozen=True, slots=True)
class PostChanged(Event):
    """Somebody holds another post from a day on (``to_post_id`` ``None``: none)."""

    employee_id: int
    from_post_id: int | None
    to_post_id: int | None
    starts_on: str


@event("people.employee_left")
@dataclass(frozen=True, slots=True)
class EmployeeLeft(Event):
    """Somebody's last day is known."""

    employee_id: int
    left_on: str


@event("people.agent_linked")
@dataclass(frozen=True, slots=True)
class AgentLinked(Event):
    """A telephone login has got another owner (``employee_id`` ``None``: nobody)."""

    agent_id: int
    employee_id: int | None


@event("people.agents_linked")
@dataclass(frozen=True, slots=True)
class AgentsLinked(Event):
    """Many telephone logins have got their owners at once."""

    agent_ids: list[int]


@event("people.skill_certified")
@dataclass(frozen=True, slots=True)
class SkillCertified(Event):
    """Somebody proved a skill at a level."""

    employee_id: int
    skill_id: int
    level: int


@event("people.skill_revoked")
@dataclass(frozen=True, slots=True)
class SkillRevoked(Event):
    """A certificate of somebody's skill was withdrawn."""

    employee_id: int
    skill_id: int


@event("people.merit_recorded")
@dataclass(frozen=True, slots=True)
class MeritRecorded(Event):
    """A reward, penalty or praise was entered."""

    merit_id: int
    employee_id: int
    kind: str


@event("people.merit_appealed")
@dataclass(frozen=True, slots=True)
class MeritAppealed(Event):
    """Somebody objected to an entry about them."""

    merit_id: int
    employee_id: int


@event("people.merit_decided")
@dataclass(frozen=True, slots=True)
class MeritDecided(Event):
    """An appeal was decided."""

    merit_id: int
    employee_id: int
    verdict: str


@event("people.code_published")
@dataclass(frozen=True, slots=True)
class CodePublished(Event):
    """A version of the staff code came into force."""

    code_id: int


@event("people.code_signed")
@dataclass(frozen=True, slots=True)
class CodeSigned(Event):
    """An employee signed the staff code."""

    code_id: int
    employee_id: int


@event("people.file_changed")
@dataclass(frozen=True, slots=True)
class FileChanged(Event):
    """Something in somebody's file is otherwise; ``parts`` names the fields and lists, never their values."""

    employee_id: int
    parts: list[str]


@event("people.contract_signed")
@dataclass(frozen=True, slots=True)
class ContractSigned(Event):
    """A contract was entered into somebody's file."""

    contract_id: int
    employee_id: int


@event("people.employee_erased")
@dataclass(frozen=True, slots=True)
class EmployeeErased(Event):
    """The personal data of somebody who left were destroyed."""

    employee_id: int
