"""The addresses that the app is reached under, and who asks: from the environment, and never from what a browser says alone."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

PUBLIC, PROXY = "HOMEWARD_ADDRESS", "HOMEWARD_PROXY"
_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NETLOC = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z_.-]+)(:(?P<port>[0-9]{1,5}))?")
IPV6_PREFIX = 64
"""What one household or firm is given; a single machine can use every address in it (RFC 6177)."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressError(Exception):
    """A variable in the environment cannot be used; with a sentence for whoever starts the app."""


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port, without what only the way there says."""

    host: str
    port: int


_NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where people reach the app, and which proxies may say for whom they ask."""

    public: Mapping[Place, str]
    """Host and port → "http" or "https"."""
    proxies: tuple[Network, ...] = ()

    @classmethod
    def given(cls, environment: Mapping[str, str]) -> Self:
        """$HOMEWARD_ADDRESS (several with commas) and $HOMEWARD_PROXY (addresses or networks). Raises AddressError."""
        public = dict(map(_public, _parts(environment.get(PUBLIC, ""))))
        return cls(public, tuple(map(_network, _parts(environment.get(PROXY, "")))))

    @property
    def this_machine_only(self) -> bool:
        """Whether people reach it under the loopback names alone, and through no proxy."""
        return not self.proxies and all(place.host in _LOOPBACK for place in self.public)

    @property
    def first(self) -> str:
        """The address that was named first, as "https://homeward.example.gov.uk"; "" if none was."""
        for place, scheme in self.public.items():
            host = f"[{place.host}]" if ":" in place.host else place.host
            return f"{scheme}://{host}" + ("" if place.port == _PORTS[scheme] else f":{place.port}")
        return ""

    def scheme(self, host: str, port: int, scheme: str) -> str | None:
        """ "http" or "https", as people reach a Host header with; None if the app is not reached under it.

        `port` and `scheme` are the server's own: this machine may always ask it under its loopback names.
        """
        for possible in ("https", "http"):
            if self.public.get(_place(host, possible) or _NOWHERE) == possible:
                return possible
        place = _place(host, scheme)
        return scheme if place and place.port == port and place.host in _LOOPBACK else None

    def client(self, peer: str, forwarded: str) -> str:
        """Who asks: the peer, or whom the trusted proxies in a row name in X-Forwarded-For."""
        asks = peer
        for one in reversed(forwarded.split(",")):
            if not self._trusted(asks) or not _is_address(one.strip()):
                break
            asks = one.strip()
        return asks

    def _trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.proxies)


def same_origin(origin: str, host: str, scheme: str) -> bool:
    """Whether an Origin header names exactly the scheme, host and port that were asked."""
    asked = _place(host, scheme)
    return (
        asked is not None
        and origin.startswith(f"{scheme}://")
        and _place(origin.removeprefix(f"{scheme}://"), scheme) == asked
    )


def group(address: str) -> str:
    """Whose attempts are counted together: an IPv4 address, or an IPv6 network of one household."""
    if not _is_address(address):
        return address
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _public(text: str) -> tuple[Place, str]:
    parts = urlsplit(text)
    place = _place(parts.netloc, parts.scheme) if parts.scheme in _PORTS else None
    if place is None or parts.query or parts.fragment:
        raise AddressError(f"{PUBLIC} has to be an address such as https://homeward.example.gov.uk; {text!r} is none.")
    return place, parts.scheme


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise AddressError(f"{PROXY} has to be an address or a network such as 127.0.0.1; {text!r} is none.") from None


def _place(netloc: str, scheme: str) -> Place | None:
    """The host and port of a Host header or of the same part of an address; None if it is no such thing."""
    found = _NETLOC.fullmatch(netloc)
    if found is None:
        return None
    port = int(found["port"] or _PORTS[scheme])
    return Place(found["host"].strip("[]").lower().rstrip("."), port) if port < 65536 else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
