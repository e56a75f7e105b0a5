"""Erasing somebody who left: the person goes, the history of the work stays.

Custody leads: it looks for the person's values in every declared text, has the file emptied here, and destroys the values.
What counts for the centre (which unit, which post, from when to when, contracts' dates, rewards as figures) keeps standing
under the employee's number. The audit never held the values, so its chain stays valid.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people import rules
from kefu.areas.people.choices import ChangeState
from kefu.areas.people.engine.file_fields import FIELDS, LISTS
from kefu.areas.people.events import EmployeeErased
from kefu.areas.people.models import (
    Agent,
    Contract,
    Credential,
    EarlierPost,
    EmergencyContact,
    Employee,
    EmployeeDocument,
    FormPrint,
    MeritEvidence,
    OwnChange,
    OwnChangeItem,
    PersonalFile,
    Schooling,
)
from kefu.areas.people.services.file import terms
from kefu.areas.people.services.file.applying import SYSTEM, drop_documents, drop_file, locked_file
from kefu.areas.people.services.file.rights import check_keeper
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.approvals import services as approvals
from kefu.platform.custody import permissions as custody_permissions
from kefu.platform.custody import services as custody
from kefu.platform.files.models import StoredFile
from kefu.platform.notify.models import Notice, PersonalSettings
from kefu.platform.outbox.services import publish
from kefu.platform.params import queries as params
from kefu.platform.privacy import markers
from kefu.platform.privacy.masking import mask
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.registry import EMPLOYEE, SubjectKind, Value
from kefu.platform.privacy.services import open_value

KEEP_MONTHS = "people.file_keep_months"
LISTED = (EmergencyContact, Schooling, EarlierPost, Credential)


def erase_employee(*, actor: Actor, employee: Employee, reason: str) -> None:
    """Destroy the personal data of somebody who left, everywhere and for good.

    Raises ``RuleBroken`` while they work here, while the time of keeping (``people.file_keep_months``) lasts and under
    a legal hold; ``InvalidInput`` without a reason. A value that another employee's file holds as well (a shared
    address) is only taken out of this one. People go through a request of custody, which a second person executes.
    """
    authorise(actor, custody_permissions.REQUEST_EXECUTE)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明删除理由（至少 4 个字）。"), field="reason")
    custody.erase_subject(actor=actor, subject_kind=EMPLOYEE, subject_ref=str(employee.pk), reason=reason.strip())


def erasable_from(employee: Employee) -> date | None:
    """The first day on which the file may be erased: the centre's months after the last day; ``None`` while at work."""
    if employee.left_on is None:
        return None
    months = employee.left_on.year * 12 + employee.left_on.month - 1 + int(params.value(KEEP_MONTHS))
    year, month = divmod(months, 12)
    day = min(employee.left_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=1)


def check_erasable(person: Employee, actor: Actor) -> None:
    """Raises ``RuleBroken`` when somebody's file must still be kept, or is the actor's own."""
    check_keeper(actor, person)
    first = erasable_from(person)
    if first is None:
        raise RuleBroken(_("%(name)s 还没有离职，不能删除个人信息。") % {"name": person.name}, code="still_here")
    if today() < first:
        raise RuleBroken(
            _("档案须保存到 %(day)s，之后才能删除个人信息。") % {"day": (first - timedelta(days=1)).isoformat()},
            code="still_kept",
        )


def empty_file(person_id: int, actor: Actor, reason: str) -> None:
    """What stands for the person goes; called by custody as its last step, before the values are destroyed."""
    with transaction.atomic():
        found = _employee(str(person_id))
        if PersonalFile.objects.filter(employee=found, erased_at__isnull=False).exists():
            return
        person, file = locked_file(found)
        check_erasable(person, actor)
        stand_in = _("已删除员工 %(number)s") % {"number": person.number}
        _settle_waiting(person)
        _empty_lists(person)
        _empty_papers(person, file)
        _empty_account(person, stand_in)
        _empty_person(person, file, stand_in)
        terms.follow(person)
        auditing.record(
            actor=actor,
            action="people.file:erase",
            target=f"people.employee:{person.pk}",
            after={"number": person.number},
            node_id=person.unit_id,
        )
        publish(EmployeeErased(person.pk))


def find(typed: str) -> str | None:
    """The reference of the employee with that staff number."""
    pk = Employee.objects.filter(number=typed.strip()).values_list("pk", flat=True).first()
    return str(pk) if pk is not None else None


def title(ref: str) -> str:
    """Number and masked name."""
    person = Employee.objects.filter(pk=int(ref)).first()
    return f"{person.number} · {mask('name', person.name)}" if person is not None else "—"


def values(ref: str) -> Iterator[Value]:
    """The plain values to look for; what others hold as well is left where it may be theirs."""
    person = _employee(ref)
    others = Employee.objects.filter(name__contains=person.name).exclude(pk=person.pk)
    yield Value("name", person.name, markers.WORD, is_shared=len(person.name) < 2 or others.exists())
    yield Value("name", person.name_key, markers.WORD, is_shared=" " not in person.name_key or _same_sound(person))
    kinds = dict(VaultValue.objects.filter(token__in=_tokens(person)).values_list("token", "kind"))
    for token, kind in kinds.items():
        text = open_value(bytes(token))
        if text:
            yield Value(kind, text, markers.marker_of(bytes(token)), is_shared=_held_elsewhere(person, bytes(token)))


def tokens(ref: str) -> list[bytes]:
    """The values to destroy: those that nobody else's file holds."""
    person = _employee(ref)
    return [token for token in sorted(_tokens(person)) if not _held_elsewhere(person, token)]


def is_erased(ref: str) -> bool:
    """Whether the file is empty."""
    return PersonalFile.objects.filter(employee=int(ref), erased_at__isnull=False).exists()


EMPLOYEES = SubjectKind(
    code=EMPLOYEE,
    label=gettext_lazy("员工"),
    prompt=gettext_lazy("工号"),
    find=find,
    title=title,
    values=values,
    tokens=tokens,
    is_erased=is_erased,
    check=lambda ref, actor: check_erasable(_employee(ref), actor),
    finish=lambda ref, actor, reason: empty_file(int(ref), actor, reason),
)


def _same_sound(person: Employee) -> bool:
    return Employee.objects.filter(name_key__contains=person.name_key).exclude(pk=person.pk).exists()


def _employee(ref: str) -> Employee:
    found = Employee.objects.select_related("user").filter(pk=int(ref)).first()
    if found is None:
        raise NotFound(_("没有这名员工，请刷新后重试。"))
    return found


def _settle_waiting(person: Employee) -> None:
    """Changes that still wait are withdrawn: nobody will answer them."""
    for change in OwnChange.objects.filter(employee=person, state=ChangeState.PENDING, approval_id__isnull=False):
        approvals.withdraw(actor=SYSTEM, request_id=change.approval_id or 0, reason="employee erased")


def _tokens(person: Employee) -> set[bytes]:
    """Every token of the vault that this file holds, also in changes of the past and in the account's settings."""
    file = PersonalFile.objects.filter(employee=person).first() or PersonalFile(employee=person)
    found = {bytes(person.phone_token)} if person.phone_token else set()
    for field in FIELDS.values():
        value = getattr(person if field.on_employee else file, field.attribute)
        if field.vault and value:
            found.add(bytes(value))
    for row in EmergencyContact.objects.filter(employee=person):
        found |= {bytes(token) for token in (row.name_token, row.phone_token) if token}
    for item in OwnChangeItem.objects.filter(employee=person):
        found |= set(_tokens_of(item))
    if person.user_id is not None:
        for settings in PersonalSettings.objects.filter(user_id=person.user_id):
            found |= {bytes(token) for token in (settings.mail_token, settings.phone_token) if token}
    return found


def _tokens_of(item: OwnChangeItem) -> Iterable[bytes]:
    code = item.target.partition(":")[0]
    fields = (
        {"value": FIELDS[code]} if code in FIELDS else {f.code: f for f in LISTS[code].fields} if code in LISTS else {}
    )
    for kept in (item.before, item.after):
        for key, field in fields.items():
            if field.vault and kept.get(key):
                yield bytes.fromhex(kept[key])


def _empty_lists(person: Employee) -> None:
    for model in LISTED:
        model._default_manager.filter(employee=person).delete()
    OwnChangeItem.objects.filter(employee=person).update(before={}, after={}, is_pending=False)
    OwnChange.objects.filter(employee=person).update(note="")


def _empty_papers(person: Employee, file: PersonalFile) -> None:
    reason = "employee erased"
    drop_documents(list(EmployeeDocument.objects.filter(employee=person).values_list("pk", flat=True)), reason)
    if file.photo is not None:
        photo, file.photo = file.photo, None
        file.save(update_fields=["photo"])
        drop_file(photo, reason)
    for evidence in MeritEvidence.objects.filter(merit__employee=person).select_related("file"):
        stored = evidence.file
        evidence.delete()
        drop_file(stored, reason)
    prints = set(FormPrint.objects.filter(employee=person, file__isnull=False).values_list("file_id", flat=True))
    FormPrint.objects.filter(file__in=prints).update(file=None)
    for stored in StoredFile.objects.filter(pk__in=prints):
        drop_file(stored, reason)
    FormPrint.objects.filter(employee=person).update(reason="")


def _empty_person(person: Employee, file: PersonalFile, stand_in: str) -> None:
    person.name, person.name_key = stand_in[:64], rules.name_key(stand_in)
    person.initials = rules.initials(stand_in)
    person.phone_token = person.born_on = None
    person.gender = person.education = ""
    person.save(update_fields=["name", "name_key", "initials", "phone_token", "born_on", "gender", "education"])
    for field in FIELDS.values():
        if not field.on_employee:
            setattr(file, field.attribute, None if field.vault else "")
    file.erased_at = clock.now()
    file.save()
    Contract.objects.filter(employee=person).update(number="")
    Agent.objects.filter(employee=person).update(name="")


def _empty_account(person: Employee, stand_in: str) -> None:
    user = person.user
    if user is None:
        return
    if user.is_active:
        access.set_user_active(actor=SYSTEM, user=user, is_active=False)
    access.update_user(actor=SYSTEM, user=user, display_name=stand_in[:64])
    PersonalSettings.objects.filter(user=user).update(mail_token=None, phone_token=None)
    Notice.objects.filter(user=user).delete()


def _held_elsewhere(person: Employee, token: bytes) -> bool:
    columns = [field.attribute for field in FIELDS.values() if field.vault and not field.on_employee]
    if Employee.objects.filter(phone_token=token).exclude(pk=person.pk).exists():
        return True
    others = PersonalFile.objects.exclude(employee=person)
    if any(others.filter(**{column: token}).exists() for column in columns):
        return True
    contacts = EmergencyContact.objects.exclude(employee=person)
    return contacts.filter(phone_token=token).exists() or contacts.filter(name_token=token).exists()
