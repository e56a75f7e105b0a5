"""Masks and normal forms."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.privacy.choices import Kind
from kefu.platform.privacy.logs import MaskingFilter
from kefu.platform.privacy.masking import mask, mask_text, normalise


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("phone", "13800136621", "138****6621"),
        ("phone", "+86 138-0013 6621", "138****6621"),
        ("phone", "0571-88881234", "057*****1234"),
        ("phone", "88881234", "8****34"),
        ("phone", "1001", "1***"),
        ("phone", "", ""),
        ("name", "周雅琴", "周**"),
        ("name", "李", "李*"),
        ("name", "欧阳娜娜子", "欧***"),
        ("id_number", "330106199003071234", "3301**********1234"),
        ("customer_key", "C20261120", "C2*****20"),
        ("customer_key", "7", "*"),
        ("address", "杭州市上城区望江路18号", "杭州市上城区****"),
        ("email", "Wang.Wei@Example.com", "w***@example.com"),
    ],
)
def test_masks(kind: str, value: str, expected: str) -> None:
    assert mask(kind, value) == expected


@pytest.mark.parametrize(
    "spelling",
    ["13800136621", "+8613800136621", "0086 138 0013 6621", "138-0013-6621", "８613800136621", " 13800136621 "],
)
def test_spellings_of_one_phone_are_one(spelling: str) -> None:
    assert normalise("phone", spelling) == "13800136621"


@given(kind=st.sampled_from(Kind.values), value=st.text(max_size=60))
def test_normalising_twice_changes_nothing(kind: str, value: str) -> None:
    once = normalise(kind, value)
    assert normalise(kind, once) == once


@given(value=st.from_regex(r"[0-9A-Za-z]{2,40}", fullmatch=True), kind=st.sampled_from(["customer_key", "id_number"]))
def test_at_least_half_of_a_number_is_hidden(kind: str, value: str) -> None:
    shown = mask(kind, value)
    assert len(shown) == len(value)
    assert shown.count("*") * 2 >= len(value)


@given(value=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_never_survives_in_text(value: str) -> None:
    text = mask_text(f"客户来电 {value}，已登记")
    assert value not in text
    assert f"{value[:3]}****{value[-4:]}" in text


def test_free_text_keeps_what_is_not_personal() -> None:
    text = "订单 2026112013800136621 共 12 件，坐席 81014，用时 0.13800136621 秒"
    assert mask_text(text) == text
    assert mask_text("身份证330106199003071234") == "身份证3301**********1234"
    assert mask_text("座机 0571-88881234") == "座机 057*****1234"


def test_the_log_filter_masks_message_and_exception() -> None:
    try:
        raise ValueError("no such customer 13800136621")
    except ValueError as error:
        record = logging.LogRecord(
            "kefu", logging.INFO, "x.py", 1, "call from %s", ("13900001111",), (ValueError, error, error.__traceback__)
        )
    assert MaskingFilter().filter(record)
    assert record.getMessage() == "call from 139****1111"
    assert "13800136621" not in (record.exc_text or "")
