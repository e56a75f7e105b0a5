"""A staff list is checked row by row; what is wrong is named, what is right is entered."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from kefu.areas.people.models import Agent, Employee
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_agent, make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.platform.imports import services as imports
from kefu.platform.imports.models import ImportFault, Upload
from kefu.platform.jobs.testing import drain

pytestmark = pytest.mark.django_db
HEADER = ["工号", "姓名", "单位", "岗位", "电话", "入职日期", "坐席工号"]


@pytest.fixture
def centre(settings: Any, tmp_path: Any) -> SmallCentre:
    settings.FILES_ROOT = tmp_path / "files"
    return make_centre()


def checked(rows: list[list[str]], actor: Actor = SYSTEM) -> Upload:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [HEADER, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    upload = imports.upload_file(actor=actor, kind="people.employees", stream=file, name="花名册.xlsx")
    imports.check_upload(actor=actor, uid=upload.uid, mapping=upload.mapping)
    drain()
    upload.refresh_from_db()
    return upload


def test_a_staff_list_becomes_people(centre: SmallCentre) -> None:
    make_employee(centre.team1, "李雷", number="K1")
    upload = checked(
        [
            ["K1", "李雷", "t1", "业务组长", "13800138000", "2026-01-05", "Agent/1"],
            ["K2", "韩梅", "三组", "客服代表", "", "2026-03-01", "Agent/2"],
        ]
    )
    assert upload.rows_faulty == 0
    imports.apply_upload(actor=SYSTEM, uid=upload.uid)
    drain()
    one, two = Employee.objects.order_by("number")
    assert (str(one.post), two.name, two.unit) == ("业务组长", "韩梅", centre.team3)
    assert [agent.employee for agent in Agent.objects.order_by("code")] == [one, two]


def test_each_faulty_row_says_why(centre: SmallCentre) -> None:
    make_agent("Agent/9", make_employee(centre.team1, "李雷", number="K1"))
    upload = checked(
        [
            ["K1", "别人", "t1", "", "", "2026-01-05", ""],
            ["K1b", "韩梅", "没有的组", "", "", "2026-01-05", ""],
            ["K3", "赵六", "t1", "", "", "2026-02-30", ""],
            ["K4", "钱七", "t1", "", "一二三", "2026-01-05", ""],
            ["K5", "孙八", "t1", "", "", "2026-01-05", "Agent/9"],
            ["K6", "周九", "t1", "", "", "2026-01-05", ""],
            ["K6", "周九", "t1", "", "", "2026-01-05", ""],
            ["", "吴十", "t1", "", "", "2026-01-05", ""],
        ]
    )
    found = {(fault.row, fault.column): fault.message for fault in ImportFault.objects.all()}
    assert found == {
        (2, "number"): "工号已属于其他员工",
        (3, "unit"): "没有这个单位，请先新建或更正编码",
        (4, "hired_on"): "没有这一天",
        (5, "phone"): "电话号码只能由 5–20 位数字组成。",
        (6, "agent"): "坐席工号已属于其他员工",
        (8, "number"): "工号与第 7 行重复",
        (9, "number"): "必填，不能为空",
    }
    assert upload.rows_faulty == 7
    assert Employee.objects.count() == 1
