"""Keeps the crawler out of the machine's own networks: no name may lead to an address that is not public.

Belongs here: the test of an address, and the resolver that applies it. Does not: the test of a host name against the
source's own (`scraper.source.Source.owns`), which comes first.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred


def is_public(address: str) -> bool:
    """Whether an IP address (text) is of the public internet: not loopback, private, link-local or multicast."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    if inner is not None and not is_public(str(inner)):
        return False
    return parsed.is_global and not parsed.is_multicast


def literal_address(host: str) -> str | None:
    """The address where `host` is an IP address rather than a name, else None."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


class GuardingResolver(CachingThreadedResolver):
    """Resolves names; one whose address is not public is refused, and remembered in `refused` with that address.

    The address that was looked at is the one that is connected to, so a name that answers differently the second time
    gains nothing. There is one resolver a process, built by Scrapy before the spider is, so what the spider knows about
    it stands on the class.
    """

    may_be_private: ClassVar[set[str]] = set()  # hosts of a source with `private: true`, addresses of the host map
    refused: ClassVar[dict[str, str]] = {}  # name -> address

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of `name`. Fails with DNSLookupError where it is not public."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._look_at, name)

    def _look_at(self, address: str, name: str) -> str:
        if name.lower() in self.may_be_private or is_public(address):
            return address
        self.refused[name.lower()] = address
        raise DNSLookupError(f"{name} leads to {address}, which is not public")
