"""Erasing somebody who left: the person goes, the history of the work stays.

Values of the vault are destroyed, papers and photo removed, texts that name the person emptied. What counts for the
centre (which unit, which post, from when to when, contracts' dates, rewards as figures) keeps standing under the
employee's number. The audit never held the values, so its chain stays valid.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import ChangeState
from kefu.areas.people.engine.file_fields import FIELDS, LISTS
from kefu.areas.people.events import EmployeeErased
from kefu.areas.people.models import (
    Agent,
    Certificate,
    Contract,
    Credential,
    EarlierPost,
    EmergencyContact,
    Employee,
    EmployeeDocument,
    FormPrint,
    Merit,
    MeritAppeal,
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
from kefu.kernel.errors import InvalidInput, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.approvals import services as approvals
from kefu.platform.approvals.models import Request
from kefu.platform.clocks.models import Clock
from kefu.platform.files.models import StoredFile
from kefu.platform.imports.models import Upload
from kefu.platform.jobs.models import Job
from kefu.platform.notify.models import Notice, PersonalSettings
from kefu.platform.outbox.services import publish
from kefu.platform.params import queries as params
from kefu.platform.privacy import services as privacy
from kefu.platform.privacy.queries import known_tokens

KEEP_MONTHS = "people.file_keep_months"
LISTED = (EmergencyContact, Schooling, EarlierPost, Credential)


def erasable_from(employee: Employee) -> date | None:
    """The first day on which the file may be erased: the centre's months after the last day; ``None`` while at work."""
    if employee.left_on is None:
        return None
    months = employee.left_on.year * 12 + employee.left_on.month - 1 + int(params.value(KEEP_MONTHS))
    year, month = divmod(months, 12)
    day = min(employee.left_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=1)


def erase_employee(*, actor: Actor, employee: Employee, reason: str) -> Employee:
    """Destroy the personal data of somebody who left, for good.

    Raises ``RuleBroken`` while they work here and while the time of keeping (``people.file_keep_months``) lasts,
    ``InvalidInput`` without a reason. A value that another employee's file holds as well (a shared address) is only
    taken out of this one.
    """
    authorise(actor, permissions.FILE_ERASE, node_id=employee.unit_id)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明删除理由（至少 4 个字）。"), field="reason")
    with transaction.atomic():
        person, file = locked_file(employee)
        check_keeper(actor, person)
        first = erasable_from(person)
        if first is None:
            raise RuleBroken(_("%(name)s 还没有离职，不能删除个人信息。") % {"name": person.name}, code="still_here")
        if today() < first:
            raise RuleBroken(
                _("档案须保存到 %(day)s，之后才能删除个人信息。") % {"day": (first - timedelta(days=1)).isoformat()},
                code="still_kept",
            )
        name, number = person.name, person.number
        stand_in = _("已删除员工 %(number)s") % {"number": number}
        _settle_waiting(person)
        tokens = _tokens(person, file)
        _empty_lists(person)
        _empty_papers(person, file)
        _empty_person(person, file, stand_in)
        _empty_account(person, stand_in)
        _empty_texts(person, name, stand_in)
        _destroy(person, tokens)
        _empty_lists_of_staff()
        terms.follow(person)
        auditing.record(
            actor=actor,
            action=permissions.FILE_ERASE,
            target=f"people.employee:{person.pk}",
            after={"number": number, "values": len(tokens)},
            reason=reason.strip().replace(name, stand_in),
            node_id=person.unit_id,
        )
        publish(EmployeeErased(person.pk))
    return person


def _settle_waiting(person: Employee) -> None:
    """Changes that still wait are withdrawn: nobody will answer them."""
    for change in OwnChange.objects.filter(employee=person, state=ChangeState.PENDING, approval_id__isnull=False):
        approvals.withdraw(actor=SYSTEM, request_id=change.approval_id or 0, reason="employee erased")


def _tokens(person: Employee, file: PersonalFile) -> set[bytes]:
    """Every token of the vault that this file holds, also in changes of the past and in the account's settings."""
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


def _empty_account(person: Employee, stand_in: str) -> None:
    user = person.user
    if user is None:
        return
    if user.is_active:
        access.set_user_active(actor=SYSTEM, user=user, is_active=False)
    access.update_user(actor=SYSTEM, user=user, display_name=stand_in[:64])
    PersonalSettings.objects.filter(user=user).update(mail_token=None, phone_token=None)
    Notice.objects.filter(user=user).delete()


def _empty_texts(person: Employee, name: str, stand_in: str) -> None:
    """The name in texts that others wrote about this person."""
    old, new = Value(name), Value(stand_in)
    Agent.objects.filter(name=name, employee=person).update(name="")
    merits = Merit.objects.filter(employee=person)
    merits.update(title=Replace(F("title"), old, new), body=Replace(F("body"), old, new))
    MeritAppeal.objects.filter(merit__employee=person).update(
        reason=Replace(F("reason"), old, new), comment=Replace(F("comment"), old, new)
    )
    Certificate.objects.filter(employee=person).update(evidence=Replace(F("evidence"), old, new))
    origins = [f"people.merit:{pk}" for pk in merits.values_list("pk", flat=True)]
    origins += [
        f"people.certificate:{pk}" for pk in Certificate.objects.filter(employee=person).values_list("pk", flat=True)
    ]
    Notice.objects.filter(origin__in=origins).delete()
    Notice.objects.filter(params__name=name, url__contains=f"/{person.number}/").delete()
    Clock.objects.filter(url__contains=f"/{person.number}/", title__contains=name).update(
        title=Replace(F("title"), old, new)
    )
    if person.user_id is not None:
        own = Request.objects.filter(requester_id=person.user_id)
        own.update(title=Replace(F("title"), old, new), comment=Replace(F("comment"), old, new))
    Job.objects.filter(custom_title__contains=name).update(custom_title=Replace(F("custom_title"), old, new))


def _destroy(person: Employee, tokens: set[bytes]) -> None:
    """Destroy what nobody else's file holds."""
    for token in known_tokens(tokens):
        if not _held_elsewhere(person, token):
            privacy.erase(actor=SYSTEM, token=token, reason=f"people.employee:{person.pk}")


def _held_elsewhere(person: Employee, token: bytes) -> bool:
    columns = [field.attribute for field in FIELDS.values() if field.vault and not field.on_employee]
    if Employee.objects.filter(phone_token=token).exclude(pk=person.pk).exists():
        return True
    others = PersonalFile.objects.exclude(employee=person)
    if any(others.filter(**{column: token}).exists() for column in columns):
        return True
    contacts = EmergencyContact.objects.exclude(employee=person)
    return contacts.filter(phone_token=token).exists() or contacts.filter(name_token=token).exists()


def _empty_lists_of_staff() -> None:
    """Uploaded lists of staff are not needed once they were imported, and they name everybody."""
    done = Upload.objects.filter(kind__startswith="people.", file__deleted_at__isnull=True)
    for upload in done.exclude(state__in=("checking", "applying")).select_related("file"):
        drop_file(upload.file, "employee erased")
