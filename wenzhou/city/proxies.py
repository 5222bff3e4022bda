"""``WZ_TRUSTED_PROXIES``: the reverse proxies (反向代理) whose word on client address and scheme is believed."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication

_MAPPED = ipaddress.ip_network("::ffff:0:0/96")


def trusted_proxies(text: str, *, name: str = "WZ_TRUSTED_PROXIES") -> list[str]:
    """The networks named in ``text`` (addresses and networks, by commas), as CIDR; none for an empty text.

    An IPv4 network also stands there as a socket that serves both versions reports it (IPv4-mapped, RFC 4291).
    Raises ValueError for what is no address and no network.
    """
    found: list[str] = []
    for given in (part.strip() for part in text.split(",")):
        if not given:
            continue
        try:
            network = ipaddress.ip_network(given)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        found.append(str(network))
        if network.version == 4:
            first = int(_MAPPED.network_address) + int(network.network_address)
            found.append(f"{ipaddress.IPv6Address(first)}/{network.prefixlen + 96}")
    return found


def behind_proxies(application: WSGIApplication, proxies: Sequence[str]) -> WSGIApplication:
    """The application, told the client's address and scheme by ``X-Forwarded-For`` and ``-Proto`` of these proxies.

    The client is the last address in the header that is no trusted proxy: what a client writes into it stands
    further left. From anybody else both headers count for nothing.
    """
    if not proxies:
        return application
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    wrapped: WSGIApplication = wrap_wsgi_with_proxy_headers(application, trusted_hosts=list(proxies))
    return wrapped
