"""Names in certificates: what a subject and its alternative names may be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.trust.profiles import Profile

ORDER = (
    "country_name",
    "state_or_province_name",
    "locality_name",
    "organization_name",
    "organizational_unit_name",
    "common_name",
    "serial_number",
)
_LONGEST = 64  # upper bounds of RFC 5280 appendix A.1
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)
MOST_NAMES = 50


def checked_parts(profile: Profile, parts: Mapping[str, str]) -> dict[str, str]:
    """The parts of a subject in their order, China and Zhejiang before them. Raises Invalid, which names each that cannot be."""
    given = {key: value.strip() for key, value in parts.items() if value.strip()}
    wrong: dict[str, Text] = {}
    for key, value in given.items():
        if key not in ORDER:
            wrong[key] = Text("证书主体中没有此项", "No part of a subject")
        elif len(value) > _LONGEST or not value.isprintable():
            wrong[key] = Text(
                f"最多 {_LONGEST} 个可显示的字符", f"At most {_LONGEST} characters that can be shown"
            )
    for key in profile.needs:
        if not given.get(key):
            wrong[key] = Text("此项必填", "This is needed")
    if wrong:
        raise Invalid(
            Text("证书主体名称有误，见各项说明。", "The subject cannot be so; see each part."), fields=wrong
        )
    given = {"country_name": "CN", "state_or_province_name": "浙江省", "locality_name": "温州市"} | given
    return {key: given[key] for key in ORDER if key in given}


def checked_names(profile: Profile, names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Alternative names in one spelling, each once. Raises Invalid with what is wrong with the first that cannot be."""
    found = tuple(dict.fromkeys((kind, _spelled(profile, kind, value.strip())) for kind, value in names))
    if not profile.least_names <= len(found) <= MOST_NAMES:
        raise _invalid(
            Text(
                f"请填写 {profile.least_names} 至 {MOST_NAMES} 个域名或地址。",
                f"Give {profile.least_names} to {MOST_NAMES} names or addresses.",
            )
        )
    return found


def _spelled(profile: Profile, kind: str, value: str) -> str:
    if kind not in profile.names:
        raise _invalid(Text("此类证书不含这种名称。", "Certificates of this profile carry no such name."))
    if kind == "ip":
        try:
            return str(ipaddress.ip_address(value))
        except ValueError as error:
            raise _invalid(Text(f"“{value}”不是 IP 地址。", f"{value} is no IP address.")) from error
    if kind == "email":
        if _EMAIL.fullmatch(value) is None:
            raise _invalid(Text(f"“{value}”不是电子邮箱。", f"{value} is no e-mail address."))
        return value
    return _host(value)


def _host(value: str) -> str:
    """A host name in lower case, international ones as they stand in the domain name system; one ``*`` may lead."""
    lead, rest = ("*.", value[2:]) if value.startswith("*.") else ("", value)
    try:
        host = rest.rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise _invalid(Text(f"“{value}”不是域名。", f"{value} is no host name.")) from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or (lead and len(labels) < 2):
        raise _invalid(Text(f"“{value}”不是域名。", f"{value} is no host name."))
    if labels[-1].isdigit():
        raise _invalid(Text(f"“{value}”是地址，请按 IP 填写。", f"{value} is an address; give it as an IP."))
    return lead + host


def _invalid(text: Text) -> Invalid:
    return Invalid(text, fields={"names": text})
