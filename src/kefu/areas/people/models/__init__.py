"""The nouns of the people room."""

from kefu.areas.people.models.agent import Agent
from kefu.areas.people.models.conduct import CodeSignature, StaffCode, TeamCharter, TeamHonour
from kefu.areas.people.models.employee import Employee, Membership
from kefu.areas.people.models.establishment import EstablishmentLine, RatioRule
from kefu.areas.people.models.merit import Merit, MeritAppeal, MeritEvidence
from kefu.areas.people.models.own_change import OwnChange, OwnChangeItem
from kefu.areas.people.models.personal_file import (
    Contract,
    Credential,
    EarlierPost,
    EmergencyContact,
    EmployeeDocument,
    FormPrint,
    PersonalFile,
    Schooling,
)
from kefu.areas.people.models.post import Post, PostHolding, PostSkill
from kefu.areas.people.models.skill import Certificate, SeatSkill, SeatType, Skill
from kefu.areas.people.models.unit import Leadership, Unit

__all__ = [
    "Agent",
    "Certificate",
    "CodeSignature",
    "Contract",
    "Credential",
    "EarlierPost",
    "EmergencyContact",
    "Employee",
    "EmployeeDocument",
    "EstablishmentLine",
    "FormPrint",
    "Leadership",
    "Membership",
    "Merit",
    "MeritAppeal",
    "MeritEvidence",
    "OwnChange",
    "OwnChangeItem",
    "PersonalFile",
    "Post",
    "PostHolding",
    "PostSkill",
    "RatioRule",
    "Schooling",
    "SeatSkill",
    "SeatType",
    "Skill",
    "StaffCode",
    "TeamCharter",
    "TeamHonour",
    "Unit",
]
