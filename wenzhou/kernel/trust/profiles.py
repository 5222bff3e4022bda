"""Profiles of certificates (证书模板): what a certificate says of whom, for how long and for what use (RFC 5280)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.models import Use

POLICY = "2.25.330300.2003.1"
"""Arc of the city's certificate policies: below 2.25 (ITU-T X.667) anybody may number; one policy a profile follows."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One profile. ``days`` is the longest life; ``usage`` and ``extended`` are the names that RFC 5280 4.2.1.3 and .12 give.

    ``needs`` are the parts that the subject's name must have; ``names`` the kinds of alternative names that are taken.
    ``status``: whether readers ask this city about it (OCSP); else it is short-lived or the list alone says so.
    """

    code: str
    title: Text
    use: Use
    number: int
    days: int
    usage: Collection[str]
    extended: Collection[str] = ()
    needs: tuple[str, ...] = ("common_name",)
    names: Collection[str] = ()
    least_names: int = 0
    status: bool = True
    no_check: bool = False
    authority: bool = False

    @property
    def policy(self) -> str:
        """Its policy's object identifier."""
        return f"{POLICY}.{self.number}"


PERSON = Profile(
    code="person",
    title=Text("个人签名认证证书", "Person: signature and sign-in"),
    use=Use.PERSONS,
    number=1,
    days=1096,
    usage=("digital_signature", "non_repudiation"),
    extended=("client_auth", "email_protection"),
    names=("email",),
)
UNIT = Profile(
    code="unit",
    title=Text("单位签名认证证书", "Unit: signature and sign-in"),
    use=Use.UNITS,
    number=2,
    days=1096,
    usage=("digital_signature", "non_repudiation"),
    extended=("client_auth",),
    needs=("common_name", "organization_name"),
    names=("email",),
)
SERVER = Profile(
    code="server",
    title=Text("服务器证书", "Server"),
    use=Use.SERVERS,
    number=3,
    days=200,
    usage=("digital_signature",),
    extended=("server_auth",),
    names=("dns", "ip"),
    least_names=1,
)
STAMPING = Profile(
    code="stamping",
    title=Text("时间戳证书", "Time stamping"),
    use=Use.STAMPING,
    number=4,
    days=1826,
    usage=("digital_signature",),
    extended=("time_stamping",),
)
STATUS = Profile(
    code="status",
    title=Text("状态查询证书", "Status of certificates"),
    use=Use.ROOT,  # given out by whichever authority it answers for
    number=5,
    days=90,
    usage=("digital_signature",),
    extended=("ocsp_signing",),
    status=False,
    no_check=True,
)
AUTHORITY = Profile(
    code="authority",
    title=Text("认证机构证书", "Authority"),
    use=Use.ROOT,
    number=6,
    days=3653,
    usage=("key_cert_sign", "crl_sign"),
    status=False,
    authority=True,
)
PROFILES = {one.code: one for one in (PERSON, UNIT, SERVER, STAMPING, STATUS, AUTHORITY)}
SUBSCRIBERS = (PERSON, UNIT, SERVER)
"""What people and offices may ask for; the others are made by the authority for itself."""


def profile_of(code: str) -> Profile:
    """The profile of this code. Raises NotFound."""
    found = PROFILES.get(code)
    if found is None:
        raise NotFound(
            Text(
                f"没有代号为 {code} 的证书模板，请从列表选择。",
                f"There is no profile {code}; choose from the list.",
            )
        )
    return found
