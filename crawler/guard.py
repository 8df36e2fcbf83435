"""The address guard: only http and https, only public addresses, only the source's own hosts.

Refused are private, loopback, link-local, multicast, reserved and unspecified addresses, IPv4 inside IPv6 included,
in any spelling: a name is judged by what it resolves to, and the connection goes to the address that was judged
(the resolver hands only that one on). A redirect is judged like any request.
``GONGKAI_ALLOW_LOOPBACK=1`` lets loopback pass, for the demo and the tests only.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

from crawler.errors import Refused
from crawler.source import Source, allows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler

__all__ = ["AddressGuard", "GuardedResolver", "RefusedRequest", "check_address", "check_url", "refused_names"]

refused_names: dict[str, str] = {}
"""Names that the resolver refused, with the reason: Twisted reports a refusal as a name without addresses."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RefusedRequest(Refused, IgnoreRequest):
    """A refusal as Scrapy understands it: the request is not sent, the errback is told."""


def loopback_allowed() -> bool:
    return os.environ.get("GONGKAI_ALLOW_LOOPBACK") == "1"


def check_address(address: str) -> None:
    """Raise RefusedRequest unless ``address`` (an IPv4 or IPv6 literal) is a public one."""
    ip = _unwrapped(ipaddress.ip_address(address.split("%")[0]))
    if ip.is_loopback and loopback_allowed():
        return
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        raise RefusedRequest(f"{address} is no public address: the guard does not let a crawl go there")


def _unwrapped(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip


def check_url(url: str) -> None:
    """Raise RefusedRequest for another scheme than http(s), or a literal address that is not public, in any
    spelling that the resolver would take for one (2130706433, 0x7f.1)."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise RefusedRequest(f"{url[:200]}: this is no address") from None
    if not named or not parts.hostname:
        raise RefusedRequest(f"{url}: only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise RefusedRequest(f"{url}: an address with a user name in it is not fetched")
    host = parts.hostname.strip("[]")
    try:
        check_address(host)
        return
    except ValueError:
        pass
    try:
        literal = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return
    check_address(literal)


class AddressGuard:
    """Downloader middleware, first in line: every request, redirects and robots.txt included."""

    def __init__(self, source: Source | None) -> None:
        self.source = source

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(getattr(crawler.spidercls, "source", None))

    def process_request(self, request: Request) -> None:
        check_url(request.url)
        if self.source is not None and not allows(self.source, request.url):
            raise RefusedRequest(
                f"{request.url} is outside the domains {list(self.source.domains)}: add its host to domains "
                "in the source file if it belongs to the site"
            )


class GuardedResolver(CachingThreadedResolver):
    """Resolves like Scrapy's own and hands on no address that the guard refuses."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 Twisted's name
        resolved: Deferred[Any] = super().getHostByName(name, timeout)
        return resolved.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        try:
            check_address(address)
        except RefusedRequest as refusal:
            refused_names[name] = str(refusal)
            raise
        return address
