"""Given files, when they are imported, then good rows arrive once and everything else is refused with a reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound, RuleBroken
from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.models import RateCounter, User
from kefu.platform.files.models import StoredFile
from kefu.platform.imports import queries, services
from kefu.platform.imports.choices import ColumnKind, UploadState
from kefu.platform.imports.engine import reading, sniffing
from kefu.platform.imports.models import ImportFault, SavedMapping, Upload
from kefu.platform.imports.registry import KINDS, Column, ImportContext, ImportKind, Option, Row
from kefu.platform.jobs.services import cancel_job
from kefu.platform.jobs.testing import drain

SYSTEM = Actor.system("test")
HEADER = "工号,姓名,入职日期,手机,备注"
control: dict[str, Any] = {}


def validate(row: Row, ctx: ImportContext) -> list[tuple[str, str]]:
    earlier = ctx.seen("number", row["number"], row.number)
    return [("number", f"与第 {earlier} 行重复")] if earlier else []


def apply(rows: list[Row], actor: Actor, ctx: ImportContext) -> Mapping[str, int]:
    if control.get("fail_at") in {row["number"] for row in rows}:
        raise RuleBroken("这个工号已停用。")
    for row in rows:
        RateCounter.objects.create(key=f"{row['number']}", window_at=clock.now(), count=1)
    control.setdefault("chunks", []).append([row.number for row in rows])
    if control.get("cancel"):
        cancel_job(actor=SYSTEM, uid=control["cancel"]())
    return {"created": len(rows)}


KIND = ImportKind(
    code="test.people",
    label="人员",
    permission="test.person:import",
    columns=(
        Column("number", "工号", required=True, aliases=("员工编号",)),
        Column("name", "姓名", required=True, mask="name"),
        Column("joined_on", "入职日期", kind=ColumnKind.DATE),
        Column("phone", "手机", mask="phone"),
        Column("level", "级别", kind=ColumnKind.CHOICE, choices=(("a", "高级"), ("b", "初级"))),
    ),
    validate=validate,
    apply=apply,
    options=(Option("site", "职场", lambda actor: (("1", "杭州"), ("2", "成都")), required=False),),
    chunk_rows=3,
    max_rows=1000,
)


@pytest.fixture(autouse=True)
def _kind(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path / "files"
    control.clear()
    kinds, permissions = dict(KINDS._items), dict(PERMISSIONS._items)
    KINDS.register(KIND)
    PERMISSIONS.register(Permission("test.person:import", "导入人员", scoped=False))
    yield
    KINDS._items.clear()
    KINDS._items.update(kinds)
    PERMISSIONS._items.clear()
    PERMISSIONS._items.update(permissions)


def send(content: bytes, name: str = "a.csv") -> Upload:
    return services.upload_file(actor=SYSTEM, kind="test.people", stream=io.BytesIO(content), name=name)


def lines(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return ("\r\n".join([header, *rows]) + "\r\n").encode(encoding)


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def checked(upload: Upload, **extra: Any) -> Upload:
    services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=upload.mapping, **extra)
    drain()
    upload.refresh_from_db()
    return upload


def applied(upload: Upload, **extra: Any) -> Upload:
    services.apply_upload(actor=SYSTEM, uid=upload.uid, **extra)
    drain()
    upload.refresh_from_db()
    return upload


def keys() -> list[str]:
    return sorted(RateCounter.objects.values_list("key", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_from_upload_to_rows(encoding: str) -> None:
    upload = send(lines("001,张三,2026-11-20,13812345678,", "002,李四,,,", encoding=encoding))
    assert upload.header == ["工号", "姓名", "入职日期", "手机", "备注"]
    assert upload.mapping == {"number": 0, "name": 1, "joined_on": 2, "phone": 3}
    upload = checked(upload)
    assert (upload.state, upload.rows_total, upload.rows_faulty) == (UploadState.CHECKED, 2, 0)
    assert keys() == []
    upload = applied(upload)
    assert (upload.state, upload.rows_done, upload.counts) == (UploadState.APPLIED, 2, {"created": 2})
    assert keys() == ["001", "002"]


@pytest.mark.django_db
def test_an_xlsx_file_with_real_dates_and_numbers() -> None:
    content = workbook([["员工编号", "姓名 *", "入职日期"], [1001.0, "王五", datetime(2026, 3, 1)], [None, None, None]])
    upload = checked(send(content, "人员.xlsx"))
    assert upload.mapping == {"number": 0, "name": 1, "joined_on": 2}
    assert (upload.rows_total, upload.rows_faulty) == (1, 0)
    applied(upload)
    assert keys() == ["1001"]


@pytest.mark.django_db
def test_faulty_rows_are_listed_with_reasons_and_masked() -> None:
    content = lines(
        "001,张三,2026-02-30,13812345678,",
        ",李四,,13912345678,",
        "003,王五,,,,多余",
        "004,赵六,,,",
        "004,钱七,,,",
    )
    upload = checked(send(content))
    assert (upload.rows_total, upload.rows_faulty, upload.faults_total) == (5, 4, 4)
    found = [(f.row, f.column, f.value, f.message) for f in ImportFault.objects.order_by("row")]
    assert found == [
        (2, "joined_on", "2026-02-30", "没有这一天"),
        (3, "number", "", "必填，不能为空"),
        (4, "", "", "比表头多出 1 个单元格，可能有未加引号的分隔符"),
        (6, "number", "004", "与第 5 行重复"),
    ]
    with pytest.raises(RuleBroken) as caught:
        services.apply_upload(actor=SYSTEM, uid=upload.uid)
    assert caught.value.code == "upload_faulty"
    assert keys() == []
    assert applied(upload, skip_faulty=True).rows_done == 1
    assert keys() == ["004"]


@pytest.mark.django_db
def test_personal_values_are_masked_in_faults() -> None:
    upload = checked(send(lines("001," + "张" * 501 + ",,,")))
    [fault] = ImportFault.objects.all()
    assert upload.rows_faulty == 1
    assert fault.value == "张***"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n\r\n", "file_empty"),
        (b"\x7fELF\x00\x01\x02", "file_binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file_type"),
        ("工号,姓名".encode("utf-16"), "encoding_utf16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file_xls"),
        (lines("001,\x80abc").replace("\x80".encode(), b"\x80"), "encoding_unknown"),
        (lines("1,2", header="工号,姓名,工号"), "header_duplicate"),
        (lines("1,2,3", header="工号,,姓名"), "header_empty"),
        (lines("1", header=",".join(f"c{n}" for n in range(201))), "header_too_wide"),
        (lines("1", header="x" * 300), "header_long"),
        (workbook([["工号"], ["1"]])[:-400], "file_truncated"),
        (b"PK\x03\x04 nonsense", "file_truncated"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(content: bytes, code: str, settings: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        send(content)
    assert (caught.value.code, caught.value.field) == (code, "file")
    assert (Upload.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InvalidInput) as caught:
        send(file.getvalue())
    assert caught.value.code == "file_not_xlsx"


@pytest.mark.django_db
def test_a_wrong_byte_is_named_by_row_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(lines("001,张三", header="工号,姓名") + b"002,\xff\xff\r\n")
    with pytest.raises(InvalidInput) as caught:
        sniffing.detect_encoding(path)
    assert "第 3 行" in caught.value.message


@pytest.mark.django_db
def test_an_unclosed_quote_fails_the_check_with_its_row() -> None:
    upload = send(lines("001,张三,,,", '002,"李四,,,', "003,王五,,,"))
    upload = checked(upload)
    assert upload.state == UploadState.FAILED
    assert "第 3 行" in upload.error
    assert keys() == []


@pytest.mark.django_db
def test_too_many_rows_fail_the_check() -> None:
    upload = checked(send(lines(*(f"{n},名,,," for n in range(1001)))))
    assert upload.state == UploadState.FAILED
    assert "1000" in upload.error


@pytest.mark.django_db
def test_a_mapping_must_be_complete_and_single() -> None:
    upload = send(lines("001,张三,,,"))
    for mapping in ({"number": 0}, {"number": 0, "name": 0}, {"number": 0, "name": 9}, {"number": 0, "x": 1}):
        with pytest.raises(InvalidInput) as caught:
            services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=mapping)
        assert caught.value.code == "mapping"
    with pytest.raises(InvalidInput):
        services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=upload.mapping, options={"site": "9"})
    upload.refresh_from_db()
    assert upload.state == UploadState.UPLOADED


@pytest.mark.django_db
def test_a_saved_mapping_is_found_for_the_next_file() -> None:
    upload = send(lines("001,张三", header="编码,称呼"))
    assert upload.mapping == {}
    services.check_upload(actor=SYSTEM, uid=upload.uid, mapping={"number": 0, "name": 1}, save_as="旧系统")
    assert SavedMapping.objects.get().headers == {"number": "编码", "name": "称呼"}
    assert send(lines("张三,001,x", header="称呼,编码,其他")).mapping == {"number": 1, "name": 0}


@pytest.mark.django_db
def test_the_same_content_twice_must_be_meant() -> None:
    applied(checked(send(lines("001,张三,,,"))))
    second = checked(send(lines("001,张三,,,"), "copy.csv"))
    with pytest.raises(RuleBroken) as caught:
        services.apply_upload(actor=SYSTEM, uid=second.uid)
    assert caught.value.code == "upload_repeated"
    assert applied(second, again=True).state == UploadState.APPLIED


@pytest.mark.django_db
def test_a_chunk_that_fails_leaves_the_chunks_before_it_and_goes_on_there() -> None:
    upload = checked(send(lines(*(f"{n:03},名,,," for n in range(1, 9)))))
    control["fail_at"] = "005"
    upload = applied(upload)
    assert (upload.state, upload.error, upload.rows_done) == (UploadState.FAILED, "这个工号已停用。", 3)
    assert keys() == ["001", "002", "003"]
    control["fail_at"] = None
    upload = applied(upload)
    assert (upload.state, upload.rows_done, upload.counts) == (UploadState.APPLIED, 8, {"created": 8})
    assert control["chunks"] == [[2, 3, 4], [5, 6, 7], [8, 9]]
    assert len(keys()) == 8


@pytest.mark.django_db
def test_cancelled_half_way_it_stops_and_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kefu.platform.jobs.context.REPORT_EVERY", 0)
    upload = checked(send(lines(*(f"{n:03},名,,," for n in range(1, 9)))))
    control["cancel"] = lambda: str(Upload.objects.get(pk=upload.pk).job.uid)  # type: ignore[union-attr]
    upload = applied(upload)
    assert (upload.state, upload.rows_done) == (UploadState.STOPPED, 3)
    control["cancel"] = None
    with pytest.raises(RuleBroken):
        services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=upload.mapping)
    upload = applied(upload)
    assert (upload.state, upload.rows_done) == (UploadState.APPLIED, 8)
    assert len(keys()) == 8


@pytest.mark.django_db
def test_cancelled_before_it_began_the_upload_is_free_again() -> None:
    upload = send(lines("001,张三,,,"))
    services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=upload.mapping)
    upload.refresh_from_db()
    assert upload.job is not None
    with pytest.raises(RuleBroken):
        services.check_upload(actor=SYSTEM, uid=upload.uid, mapping=upload.mapping)
    cancel_job(actor=SYSTEM, uid=str(upload.job.uid))
    assert checked(upload).state == UploadState.CHECKED


@pytest.mark.django_db
def test_without_the_permission_nothing_is_kept_and_nothing_seen() -> None:
    user = User.objects.create(username="ma", display_name="m").as_actor()
    with pytest.raises(Denied):
        services.upload_file(actor=user, kind="test.people", stream=io.BytesIO(lines("1,2")), name="a.csv")
    assert Upload.objects.count() == 0
    upload = send(lines("001,张三,,,"))
    with pytest.raises(NotFound):
        queries.upload_by_uid(user, upload.uid)
    with pytest.raises(NotFound):
        services.apply_upload(actor=user, uid=upload.uid)


@pytest.mark.django_db
def test_one_sees_own_uploads_only() -> None:
    from kefu.platform.access.models import Assignment, Role, RoleGrant

    role = Role.objects.create(code="importer", name="导入")
    RoleGrant.objects.create(role=role, permission="test.person:import", level=ScopeLevel.ALL)
    users = [User.objects.create(username=name, display_name=name) for name in ("mei", "lan")]
    for user in users:
        Assignment.objects.create(user=user, role=role, starts_at=clock.now())
    with transaction.atomic():
        upload = services.upload_file(
            actor=users[0].as_actor(), kind="test.people", stream=io.BytesIO(lines("001,张三,,,")), name="a.csv"
        )
    assert queries.upload_by_uid(users[0].as_actor(), upload.uid).pk == upload.pk
    with pytest.raises(NotFound):
        queries.upload_by_uid(users[1].as_actor(), upload.uid)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet="张三a1,;\"'\n \t", max_size=6), min_size=3, max_size=3).filter(
            lambda cells: any(c.strip() for c in cells)
        ),
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]], encoding: str) -> None:
    import csv
    import tempfile

    text = io.StringIO(newline="")
    csv.writer(text).writerows([["甲", "乙", "丙"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        layout = reading.inspect(path)
        with reading.opened(path, layout) as body:
            assert [cells for _number, cells in body] == rows
