"""Pure decisions of access: passwords, waiting after failures, the tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from importlib import resources
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import pairwise

MINIMUM_PASSWORD = 10
MAXIMUM_PASSWORD = 256
FREE_FAILURES = 4
"""Wrong passwords under one name from one address before the first wait."""
FREE_NAME_FAILURES = 25
"""Wrong passwords under one name from strange addresses before all strange addresses wait."""
FREE_ADDRESS_FAILURES = 60
"""Wrong passwords from one address under any name before strange names wait there."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGET_FAILURES_AFTER = timedelta(hours=24)


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after that many failures: nothing for the first ``free``, then 30 s doubling to an hour."""
    if failures <= free:
        return timedelta()
    doublings = min(failures - free - 1, 12)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def address_group(ip: str) -> str:
    """The address under which attempts are counted: IPv4 as it is, IPv6 by its /64, anything else as ``-``."""
    try:
        address = ip_address(ip)
    except ValueError:
        return "-"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address)


def in_networks(ip: str, networks: tuple[str, ...]) -> bool:
    """Whether the address is one of ``networks`` (addresses or networks such as ``10.8.0.0/16``)."""
    if not networks:
        return False
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in network for network in _networks(networks))


def clean_networks(words: Iterable[str]) -> list[str]:
    """Addresses and networks in their usual spelling, each once; raises ``ValueError`` for what is neither."""
    return list(dict.fromkeys(str(ip_network(word.strip(), strict=False)) for word in words if word.strip()))


@lru_cache(maxsize=256)
def _networks(words: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(word, strict=False) for word in words)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Passwords that everybody tries first: Django's list of 20,000, and what is usual in Chinese offices."""
    import gzip

    packed = resources.files("django.contrib.auth").joinpath("common-passwords.txt.gz").read_bytes()
    usual = resources.files("kefu.platform.access").joinpath("data/common-passwords.txt").read_text("utf-8")
    return frozenset(gzip.decompress(packed).decode("utf-8").split()) | frozenset(usual.split())


def password_faults(
    password: str, *, username: str, display_name: str = "", minimum: int = MINIMUM_PASSWORD
) -> list[str]:
    """What is wrong with a new password, as codes: ``short``, ``long``, ``common``, ``name``, ``plain``."""
    faults = []
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < minimum:
        faults.append("short")
    if len(password) > MAXIMUM_PASSWORD:
        faults.append("long")
    stem = folded.strip("0123456789!@#$%^&*._-")
    if folded in common_passwords() or (len(stem) >= 4 and stem in common_passwords() and len(folded) < 14):
        faults.append("common")
    for name in (username, display_name):
        name = unicodedata.normalize("NFKC", name).casefold().strip()
        # A name with a short tail ("zhangwei123") is as guessable as the name.
        if len(name) >= 2 and name in folded and len(folded.replace(name, "")) < 8:
            faults.append("name")
            break
    if len(set(folded)) < 4 or _is_run(folded):
        faults.append("plain")
    return faults


def _is_run(text: str) -> bool:
    """Whether the characters just count up or down (``0123456789``, ``hgfedcba``)."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(text) > 2 and steps in ({1}, {-1})


def creates_cycle(child: int, parent: int, parents: Mapping[int, int]) -> bool:
    """Whether ``child`` would come to stand under itself when put below ``parent``."""
    seen = {child}
    at: int | None = parent
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False
