"""Which header belongs to which column; whether a mapping will do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.imports.registry import ImportKind

MARKS = str.maketrans("", "", " 　*＊_-（）()[]【】:：/")


def fold(name: str) -> str:
    """A header without what does not tell headers apart: case, blanks, stars, brackets."""
    return name.casefold().translate(MARKS)


def guess_mapping(kind: ImportKind, header: Sequence[str], saved: Mapping[str, str] | None = None) -> dict[str, int]:
    """Column code → position: from a saved mapping (code → header), else by label, code and aliases."""
    positions: dict[str, int] = {}
    for index, name in enumerate(header):
        positions.setdefault(fold(name), index)
    result: dict[str, int] = {}
    for column in kind.columns:
        names = [saved[column.code]] if saved and column.code in saved else []
        names += [str(column.label), column.code, *column.aliases]
        for name in names:
            index = positions.get(fold(name), -1)
            if index >= 0 and index not in result.values():
                result[column.code] = index
                break
    return result


def check_mapping(kind: ImportKind, header: Sequence[str], mapping: Mapping[str, int]) -> dict[str, int]:
    """The mapping, when every required column has a place and no place is used twice; else ``InvalidInput``."""
    known = {column.code: column for column in kind.columns}
    errors: dict[str, str] = {}
    used: dict[int, str] = {}
    clean: dict[str, int] = {}
    for code, index in mapping.items():
        if code not in known:
            errors[code] = _("没有这一列")
        elif not 0 <= index < len(header):
            errors[code] = _("文件里没有第 %(number)d 列") % {"number": index + 1}
        elif index in used:
            errors[code] = _("“%(header)s”已经对应到“%(other)s”") % {
                "header": header[index],
                "other": known[used[index]].label,
            }
        else:
            used[index] = code
            clean[code] = index
    for column in kind.columns:
        if column.required and column.code not in clean and column.code not in errors:
            errors[column.code] = _("必填列，请选择文件中对应的列")
    if errors:
        raise InvalidInput(_("列对应有误，请按提示修改。"), errors=errors, code="mapping")
    return clean


def run_key(kind_code: str, sha256: str, mapping: Mapping[str, int], options: Mapping[str, str]) -> str:
    """The same for the same content imported in the same way."""
    text = json.dumps([kind_code, sha256, sorted(mapping.items()), sorted(options.items())])
    return hashlib.sha256(text.encode()).hexdigest()
