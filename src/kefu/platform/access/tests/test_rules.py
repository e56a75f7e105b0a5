"""The pure rules: passwords, waits, cycles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.access import rules


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("correct horse 42", []),
        ("晴天喝茶看江水慢慢流", []),
        ("Xk9#mQ2vLp", []),
        ("Xk9#mQ2vL", ["short"]),
        ("x7" * 129, ["long", "plain"]),
        ("password123", ["common"]),
        ("Kefu@123456", ["common"]),
        ("qwertyuiop", ["common"]),
        ("zhangwei123", ["name"]),
        ("ZhangWei-2026", ["name"]),
        ("k1001k1001", ["name", "plain"]),
        ("张伟张伟123456", ["name"]),
        ("aaaaaaaaaaaa", ["plain"]),
        ("abcdefghijkl", ["plain"]),
        ("k1001", ["short", "name", "plain"]),
    ],
)
def test_passwords(password: str, faults: list[str]) -> None:
    name = "zhangwei" if "hang" in password.lower() else "k1001"
    assert rules.password_faults(password, username=name, display_name="张伟") == faults


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (10_000, 3600)]
)
def test_waits_double_up_to_an_hour(failures: int, seconds: int) -> None:
    assert rules.wait_after(failures, free=4) == timedelta(seconds=seconds)


@given(st.integers(0, 10**6), st.integers(0, 100))
def test_more_failures_never_wait_less(failures: int, free: int) -> None:
    assert rules.wait_after(failures, free) <= rules.wait_after(failures + 1, free) <= rules.LONGEST_WAIT


@pytest.mark.parametrize(
    ("ip", "group"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", "-"),
        ("nonsense", "-"),
    ],
)
def test_address_groups(ip: str, group: str) -> None:
    assert rules.address_group(ip) == group


def test_cycles() -> None:
    parents = {2: 1, 3: 2, 4: 3}
    assert rules.creates_cycle(1, 4, parents)
    assert rules.creates_cycle(2, 2, parents)
    assert not rules.creates_cycle(4, 1, parents)
    assert not rules.creates_cycle(9, 4, parents)
