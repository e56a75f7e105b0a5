"""From what somebody entered to what will be kept: checked, tokenised, and compared with what is there.

A plan is JSON-able: values of the vault stand in it as tokens, so that a change can wait for its answer anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kefu.areas.people.engine.file_fields import FIELDS, LISTS, FileField, FileList
from kefu.areas.people.engine.file_values import born_fault, cleaned, id_number_fault
from kefu.areas.people.engine.identity import Identity, identity_of
from kefu.areas.people.models import Employee, PersonalFile
from kefu.areas.people.queries.file import ITEMS
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.privacy.services import open_value, tokenise

MOST_ITEMS = 20
Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A field shall hold ``value`` ("" empties it)."""

    code: str
    value: str | date | None


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """An item of a list: added (no ``pk``), changed, or removed (no ``values``).

    A value of ``None`` leaves what is there. ``document`` is the key of a scan that goes with it.
    """

    code: str
    pk: int | None = None
    values: Mapping[str, str | date | None] | None = None
    document: int | None = None


@dataclass(frozen=True, slots=True)
class PhotoEdit:
    """Another photo (the key of its stored file), or none."""

    file: int | None


Edit = FieldEdit | ItemEdit | PhotoEdit


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that will be otherwise: ``target`` is a field, ``list:key``, ``list:new`` or ``photo``."""

    target: str
    before: Kept
    after: Kept


def plan(employee: Employee, file: PersonalFile, edits: Iterable[Edit], today: date) -> list[Planned]:
    """What ``edits`` come to; what is there already is left out. Raises ``InvalidInput`` with a message per field."""
    edits = list(edits)
    fields = {edit.code: edit.value for edit in edits if isinstance(edit, FieldEdit)}
    planned = _fields(employee, file, fields, today)
    planned += [_item(employee, edit) for edit in edits if isinstance(edit, ItemEdit)]
    planned += [Planned("photo", {"file": file.photo_id}, {"file": e.file}) for e in edits if isinstance(e, PhotoEdit)]
    planned = [each for each in planned if each.before != each.after]
    if not planned:
        raise InvalidInput(_("没有任何改动。"), code="no_change")
    return planned


def kept_now(employee: Employee, file: PersonalFile, target: str) -> Kept:
    """What is kept there at present; {} for an item that is no more."""
    code, _sign, key = target.partition(":")
    if code in FIELDS:
        return {"value": _kept(holder(employee, file, FIELDS[code]), FIELDS[code])}
    if code == "photo":
        return {"file": file.photo_id}
    if key == "new":
        return {}
    row = ITEMS[code]._default_manager.filter(employee=employee, pk=int(key)).first()
    return kept_item(LISTS[code], row) if row is not None else {}


def kept_item(declared: FileList, row: Any) -> Kept:
    """An item as it is kept."""
    kept: Kept = {field.code: _kept(row, field) for field in declared.fields}
    if declared.has_scan:
        kept["document"] = row.document_id
    return kept


def holder(employee: Employee, file: PersonalFile, field: FileField) -> Any:
    """The row in which a field stands."""
    return employee if field.on_employee else file


def restored(field: FileField, kept: str) -> Any:
    """What the model's field takes, from what a plan holds."""
    if field.vault:
        return bytes.fromhex(kept) if kept else None
    if field.is_date:
        return date.fromisoformat(kept) if kept else None
    return kept


def plain_id_number(file: PersonalFile) -> str:
    """The number of the paper that is on file, for checking others against it; never shown."""
    return (open_value(bytes(file.id_number_token)) or "") if file.id_number_token else ""


def _kept(row: Any, field: FileField) -> str:
    value = getattr(row, field.attribute)
    if value is None or value == "":
        return ""
    if field.vault:
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, date) else str(value)


def checked(employee: Employee, file: PersonalFile, given: Mapping[str, Any], today: date) -> dict[str, str]:
    """The fields in their one spelling, with what an identity number says filled in; nothing is kept anywhere.

    Raises ``InvalidInput`` with a message per field.
    """
    errors: dict[str, str] = {}
    texts: dict[str, str] = {}
    for code, value in given.items():
        if code not in FIELDS:
            raise InvalidInput(_("档案里没有“%(code)s”这一项。") % {"code": code[:40]}, field=code[:40])
        try:
            texts[code] = cleaned(FIELDS[code], value)
        except InvalidInput as error:
            errors |= error.errors
    if not errors and {"id_kind", "id_number", "born_on", "gender"} & texts.keys():
        errors |= _identity(employee, file, texts, today)
    if errors:
        raise InvalidInput(next(iter(errors.values())), errors=errors)
    return texts


def _fields(employee: Employee, file: PersonalFile, given: Mapping[str, Any], today: date) -> list[Planned]:
    texts = checked(employee, file, given, today)
    return [
        Planned(code, {"value": _kept(holder(employee, file, FIELDS[code]), FIELDS[code])}, {"value": value})
        for code, value in zip(texts, _sealed([(FIELDS[code], text) for code, text in texts.items()]), strict=True)
    ]


def _identity(employee: Employee, file: PersonalFile, texts: dict[str, str], today: date) -> dict[str, str]:
    """Number, date of birth and sex must agree; what a resident number says is filled in where nothing was entered."""
    kind = texts.get("id_kind", file.id_kind)
    number = texts["id_number"] if "id_number" in texts else plain_id_number(file)
    if number and not kind:
        kind = texts["id_kind"] = "resident"
    if number and ({"id_number", "id_kind"} & texts.keys()):
        fault = id_number_fault(kind, number)
        if fault:
            return {"id_number": fault}
    found = identity_of(number) if number and kind == "resident" else None
    errors: dict[str, str] = {}
    if isinstance(found, Identity):
        said = {"born_on": found.born_on.isoformat(), "gender": found.gender.value}
        words = {"born_on": _("与身份证号码里的出生日期不一致。"), "gender": _("与身份证号码里的性别不一致。")}
        for code, value in said.items():
            if texts.get(code) not in (None, "", value):
                errors[code] = words[code]
            elif "id_number" in texts or code in texts:
                texts[code] = value
    born_on = texts.get("born_on", "")
    if born_on and not errors:
        fault = born_fault(date.fromisoformat(born_on), today)
        if fault:
            errors["born_on" if "id_number" not in texts else "id_number"] = fault
    return errors


def _item(employee: Employee, edit: ItemEdit) -> Planned:
    declared = LISTS.get(edit.code)
    if declared is None:
        raise InvalidInput(_("档案里没有“%(code)s”这一项。") % {"code": edit.code[:40]})
    rows = ITEMS[edit.code]._default_manager.filter(employee=employee)
    before: Kept = {}
    if edit.pk is not None:
        row = rows.filter(pk=edit.pk).first()
        if row is None:
            raise NotFound(_("这一条已不在档案里，请刷新后重试。"))
        before = kept_item(declared, row)
    elif rows.count() >= MOST_ITEMS:
        raise Conflict(_("%(noun)s最多 %(most)d 条。") % {"noun": declared.noun, "most": MOST_ITEMS})
    target = f"{edit.code}:{edit.pk or 'new'}"
    if edit.values is None:
        return Planned(target, before, {})
    return Planned(target, before, _item_after(declared, before, edit))


def _item_after(declared: FileList, before: Kept, edit: ItemEdit) -> Kept:
    errors: dict[str, str] = {}
    texts: list[tuple[FileField, str]] = []
    after = dict(before) or {field.code: "" for field in declared.fields}
    for field in declared.fields:
        value = (edit.values or {}).get(field.code)
        if value is None and before.get(field.code):
            continue
        try:
            texts.append((field, cleaned(field, value)))
        except InvalidInput as error:
            errors |= error.errors
    if errors:
        raise InvalidInput(next(iter(errors.values())), errors=errors)
    after |= dict(zip((field.code for field, _text in texts), _sealed(texts), strict=True))
    first, last = ("issued_on", "expires_on") if "expires_on" in after else ("starts_on", "ends_on")
    if after.get(first) and after.get(last) and after[last] < after[first]:
        raise InvalidInput(
            _("%(last)s早于%(first)s。") % {"last": declared.field(last).label, "first": declared.field(first).label},
            field=last,
        )
    if declared.has_scan:
        after["document"] = edit.document or before.get("document")
    return after


def _sealed(texts: Sequence[tuple[FileField, str]]) -> list[str]:
    """The texts as they are kept: of those that belong in the vault, the tokens."""
    kinds: dict[str, list[str]] = {}
    for field, text in texts:
        if field.vault and text:
            kinds.setdefault(field.vault, []).append(text)
    tokens = {kind: tokenise(kind, values) for kind, values in kinds.items()}
    return [bytes(tokens[field.vault][text]).hex() if field.vault and text else text for field, text in texts]
