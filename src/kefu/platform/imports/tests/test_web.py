"""Given the wizard, when a person goes through it in the browser, then each step says what to do next."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kefu.platform.imports.choices import UploadState
from kefu.platform.imports.models import SavedMapping, Upload
from kefu.platform.imports.registry import KINDS
from kefu.platform.imports.tests.pages import CONTENT, SAMPLE, checked, uploaded
from kefu.platform.jobs.testing import drain
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db
START = f"/imports/{SAMPLE.code}/"


@pytest.fixture(autouse=True)
def _kind(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path / "files"
    known = dict(KINDS._items)
    KINDS.register(SAMPLE)
    yield
    KINDS._items.clear()
    KINDS._items.update(known)


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(user_with("manager"))
    return client


def file(content: bytes = CONTENT.encode(), name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_from_file_to_rows(manager: Client) -> None:
    assert "人员名单" in manager.get("/imports/").content.decode()
    answer = manager.post(START, {"file": file()})
    assert answer.status_code == 302
    url = answer["Location"]
    page = manager.get(url).content.decode()
    assert "李雷" in page
    assert "检查文件" in page
    answer = manager.post(f"{url}check", {"column_number": "0", "column_name": "1", "save_as": "人事"})
    assert answer.status_code == 302
    busy = manager.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in busy
    drain()
    page = manager.get(url).content.decode()
    assert "2 行中有 1 行不符合要求" in page
    assert "必填，不能为空" in page
    assert manager.post(f"{url}apply").status_code == 409
    assert manager.post(f"{url}apply", {"skip_faulty": "1"}).status_code == 302
    drain()
    assert "写入 1 行" in manager.get(url).content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(manager.get(f"{url}faults.xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [3, "姓名", None, "必填，不能为空"]
    assert SavedMapping.objects.count() == 1
    assert manager.post(f"{START}mappings/forget", {"name": "人事"}).status_code == 302
    assert SavedMapping.objects.count() == 0


def test_a_refused_file_and_mapping_come_back_with_their_message(manager: Client) -> None:
    answer = manager.post(START, {"file": file(b"\x00\x01\x02")})
    assert (answer.status_code, Upload.objects.count()) == (422, 0)
    assert "二进制" in answer.content.decode()
    assert manager.post(START, {"file": file(b"")}).status_code == 422
    assert manager.post(START).status_code == 422
    user = user_with("manager")
    uid = uploaded(user, SAMPLE, CONTENT.encode())["uid"]
    answer = manager.post(f"/imports/u/{uid}/check", {"column_number": "0"})
    assert answer.status_code == 422
    assert "必填列" in answer.content.decode()
    assert manager.post(f"/imports/u/{uid}/check", {"column_number": "77"}).status_code == 422
    assert Upload.objects.get().state == UploadState.UPLOADED


def test_the_template_can_be_filled_in_and_sent_back(manager: Client) -> None:
    content = manager.get(f"{START}template.xlsx").content
    answer = manager.post(START, {"file": file(content, "模板.xlsx")})
    upload = Upload.objects.get(uid=answer["Location"].split("/")[3])
    assert upload.mapping == {"number": 0, "name": 1, "joined_on": 2}


def test_without_the_right_there_is_nothing_to_see(client: Client) -> None:
    uid = checked(user_with("manager"), SAMPLE, CONTENT.encode())["uid"]
    client.force_login(user_with("agent"))
    assert client.get(START).status_code == 403
    assert client.post(START, {"file": file()}).status_code == 403
    for path in ("", "faults.xlsx"):
        assert client.get(f"/imports/u/{uid}/{path}").status_code == 404
    for path in ("check", "apply"):
        assert client.post(f"/imports/u/{uid}/{path}").status_code == 404
    assert client.get("/imports/nothing/").status_code == 404
    assert "您没有可以导入的内容" in client.get("/imports/").content.decode()
    assert Upload.objects.get().state == UploadState.CHECKED
