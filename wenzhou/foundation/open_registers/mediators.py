"""Who asks through an information mediator (信息交换中介): believed only from addresses that the city names.

The GovStack API leaves authentication to the mediator, which sets Information-Mediator-Client after it has checked the
member's certificate. The header is nothing unless it comes from ``WZ_MEDIATORS``.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from wenzhou.foundation.open_registers.models import Client
from wenzhou.kernel.base.actors import MACHINE, Actor, Post
from wenzhou.kernel.identity.declarations import Credentials

HEADER = "Information-Mediator-Client"
_NAME = re.compile(r"[\w.-]+(/[\w.-]+){2,3}")


def actor(request: HttpRequest) -> Actor | None:
    """The admitted system behind a request, None when nobody vouches for it or it is not admitted."""
    name = request.headers.get(HEADER, "")
    if not _NAME.fullmatch(name) or not _from_mediator(request):
        return None
    if not Client.objects.filter(name=name).exists():
        return None
    return Actor(name=name, posts=(Post(MACHINE.code),), request_id=getattr(request, "request_id", ""))


def _from_mediator(request: HttpRequest) -> bool:
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(one) for one in settings.WZ_MEDIATORS)


MEDIATED = Credentials(code="information-mediator", actor=actor)
