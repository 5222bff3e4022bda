"""X.509 structures (RFC 5280): certificates and lists as bytes, ready for any key to sign.

Built with asn1crypto and signed by a store, so that the same lines serve files, hardware modules and SM2, none of which an
interface that wants the private key itself could.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, core, crl, keys, x509

from wenzhou.kernel.trust.profiles import Profile

type Signer = Callable[[bytes], bytes]

_GENERALISED_FROM = 2050  # RFC 5280 4.1.2.5
CPS_QUALIFIER = "certification_practice_statement"


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs: its name and key as they stand in what it signs, and where readers find its status and certificate."""

    subject: bytes
    key_id: bytes
    algorithm: algos.SignedDigestAlgorithm
    list_url: str
    certificate_url: str
    status_url: str
    practice_url: str


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whom it certifies: name, public key, alternative names as (kind, value), and for an authority the authorities below."""

    subject: bytes
    spki: bytes
    names: tuple[tuple[str, str], ...] = ()
    path_length: int | None = None


def name(parts: Mapping[str, str]) -> bytes:
    """A distinguished name, DER; ``parts`` by the names of RFC 4519 in the order in which they stand, country first."""
    built = x509.Name.build(dict(parts), use_printable=False)
    encoded: bytes = built.dump()
    return encoded


def words(subject: bytes) -> str:
    """A name for people."""
    readable: str = x509.Name.load(subject).human_friendly
    return readable


def key_id(spki: bytes) -> bytes:
    """Method 1 of RFC 5280 4.2.1.2: SHA-1 of the bits of the key, which names it and protects nothing."""
    bits = bytes(keys.PublicKeyInfo.load(spki)["public_key"].contents)[1:]
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def certificate(
    profile: Profile, issuer: Issuer, holder: Holder, serial: int, period: tuple[datetime, datetime]
) -> x509.TbsCertificate:
    """What is to be signed for a certificate; both ends of the period are in it."""
    return x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": issuer.algorithm,
            "issuer": x509.Name.load(issuer.subject),
            "validity": {"not_before": _time(period[0]), "not_after": _time(period[1])},
            "subject": x509.Name.load(holder.subject),
            "subject_public_key_info": keys.PublicKeyInfo.load(holder.spki),
            "extensions": list(_extensions(profile, issuer, holder)),
        }
    )


def _extensions(profile: Profile, issuer: Issuer, holder: Holder) -> Iterable[x509.Extension]:
    own_root = holder.subject == issuer.subject
    yield _extension("key_identifier", key_id(holder.spki))
    yield _extension("authority_key_identifier", {"key_identifier": issuer.key_id})
    basic = {"ca": profile.authority, "path_len_constraint": holder.path_length}
    yield _extension("basic_constraints", basic, critical=True)
    yield _extension("key_usage", set(profile.usage), critical=True)
    if profile.extended:
        # A stamp's certificate is for nothing else (RFC 3161 2.3).
        critical = tuple(profile.extended) == ("time_stamping",)
        yield _extension("extended_key_usage", list(profile.extended), critical=critical)
    if holder.names:
        yield _extension("subject_alt_name", [_general(*one) for one in holder.names])
    if profile.no_check:
        yield _extension("ocsp_no_check", core.Null())
    if own_root:
        return
    policy = {
        "policy_identifier": profile.policy,
        "policy_qualifiers": [{"policy_qualifier_id": CPS_QUALIFIER, "qualifier": issuer.practice_url}],
    }
    yield _extension("certificate_policies", [policy])
    if not profile.no_check:
        point = {"distribution_point": x509.DistributionPointName("full_name", [_url(issuer.list_url)])}
        yield _extension("crl_distribution_points", [point])
    access = [{"access_method": "ca_issuers", "access_location": _url(issuer.certificate_url)}]
    if profile.status:
        access.insert(0, {"access_method": "ocsp", "access_location": _url(issuer.status_url)})
    yield _extension("authority_information_access", access)


def _extension(kind: str, value: object, *, critical: bool = False) -> x509.Extension:
    return x509.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


def _general(kind: str, value: str) -> x509.GeneralName:
    if kind == "dns":
        return x509.GeneralName("dns_name", value)
    if kind == "ip":
        return x509.GeneralName("ip_address", str(ipaddress.ip_address(value)))
    return x509.GeneralName("rfc822_name", value)


def _url(address: str) -> x509.GeneralName:
    return x509.GeneralName("uniform_resource_identifier", address)


def _time(at: datetime) -> x509.Time:
    at = at.astimezone(UTC).replace(microsecond=0)
    if at.year < _GENERALISED_FROM:
        return x509.Time({"utc_time": at})
    return x509.Time({"general_time": at})


def signed_certificate(tbs: x509.TbsCertificate, sign: Signer) -> bytes:
    """The certificate, DER."""
    whole = x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": tbs["signature"],
            "signature_value": sign(tbs.dump()),
        }
    )
    encoded: bytes = whole.dump()
    return encoded


@dataclass(frozen=True, slots=True)
class Revoked:
    """A line of a list: reasons by their numbers (RFC 5280 5.3.1)."""

    serial: int
    at: datetime
    reason: int


def revocation_list(
    issuer: Issuer,
    number: int,
    period: tuple[datetime, datetime],
    revoked: Iterable[Revoked],
    sign: Signer,
) -> bytes:
    """A full list, DER: version 2, with its number and the authority's key."""
    lines = [_line(one) for one in revoked]
    tbs = crl.TbsCertList(
        {
            "version": "v2",
            "signature": issuer.algorithm,
            "issuer": x509.Name.load(issuer.subject),
            "this_update": _time(period[0]),
            "next_update": _time(period[1]),
            "revoked_certificates": lines or None,
            "crl_extensions": [
                {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": issuer.key_id}},
                {"extn_id": "crl_number", "extn_value": number},
            ],
        }
    )
    whole = crl.CertificateList(
        {"tbs_cert_list": tbs, "signature_algorithm": issuer.algorithm, "signature": sign(tbs.dump())}
    )
    encoded: bytes = whole.dump()
    return encoded


def _line(one: Revoked) -> crl.RevokedCertificate:
    fields: dict[str, object] = {"user_certificate": one.serial, "revocation_date": _time(one.at)}
    if one.reason:  # "unspecified" is left out (RFC 5280 5.3.1)
        fields["crl_entry_extensions"] = [{"extn_id": "crl_reason", "extn_value": crl.CRLReason(one.reason)}]
    return crl.RevokedCertificate(fields)
