"""Which addresses the product may call: never one inside the network, unless the installation allows it by name.

The check is made on the addresses a name resolves to, at the moment of connecting, and the connection goes to the
very address that was checked: a name that changes its mind between check and call gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(Exception):
    """The address may not be called."""


def refusal(url: str) -> str:
    """Why an address can never be called, as a word for the caller to explain; empty when nothing speaks against it.

    ``scheme``: neither http nor https. ``host``: no host, or credentials in the address. ``plain``: http to the
    open network. ``private``: a literal address inside the network.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "host"
    if parts.scheme not in {"http", "https"}:
        return "scheme"
    if not host or parts.username is not None or parts.password is not None or any(c.isspace() for c in url):
        return "host"
    allowed = is_allowed(host)
    literal = _literal(host)
    if literal is not None and not allowed and is_private(literal):
        return "private"
    if host.lower().rstrip(".") == "localhost" and not allowed:
        return "private"
    if parts.scheme == "http" and not allowed:
        return "plain"
    return ""


def is_allowed(host: str, address: Address | None = None) -> bool:
    """Whether ``KEFU_PRIVATE_TARGETS`` names the host, or a network that holds the address."""
    literal = address or _literal(host)
    for entry in settings.PRIVATE_TARGETS:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            if host.lower().rstrip(".") == entry.lower().rstrip("."):
                return True
            continue
        if literal is not None and literal.version == network.version and literal in network:
            return True
    return False


def is_private(address: Address) -> bool:
    """Whether an address lies anywhere but in the open network, seen through the ways of writing IPv4 as IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_private(inner)
    return not address.is_global or address.is_multicast or address.is_reserved


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses behind a name, all of which may be called; raises ``Forbidden`` or ``OSError``."""
    found = dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if is_private(address) and not is_allowed(host, address):
            raise Forbidden(f"{host} → {text}")
    return list(found)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
