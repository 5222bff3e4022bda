"""Signed messages (CMS, RFC 5652): what a key of this city says of some bytes, with the attributes that make it last."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import algos, cms, core, tsp, x509

from wenzhou.kernel.trust.structures import Signer


@dataclass(frozen=True)
class Signatory:
    """Who signs: a certificate, its algorithm, and what signs with its key; ``chain`` are the certificates above it."""

    certificate: x509.Certificate
    algorithm: algos.SignedDigestAlgorithm
    sign: Signer
    chain: tuple[x509.Certificate, ...] = ()


def signed(
    signatory: Signatory, kind: str, content: bytes, *, with_certificates: bool = True
) -> cms.ContentInfo:
    """Signed data over a content of a kind (``tst_info``, ``data``), which it carries."""
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [kind]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [_names(signatory.certificate)]}),
        ]
    )
    own = signatory.certificate
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": signatory.algorithm,
            "signature": signatory.sign(attributes.dump()),
        }
    )
    fields: dict[str, object] = {
        "version": "v1" if kind == "data" else "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {"content_type": kind, "content": core.ParsableOctetString(content)},
        "signer_infos": [signer],
    }
    if with_certificates:
        fields["certificates"] = [
            cms.CertificateChoices("certificate", one) for one in (own, *signatory.chain)
        ]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(fields)})


def _names(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """The certificate by its digest (ESS, RFC 5035): nobody can put another with the same key in its place."""
    issuer = x509.GeneralName("directory_name", certificate.issuer)
    digest = hashlib.sha256(certificate.dump()).digest()
    serial = {"issuer": [issuer], "serial_number": certificate.serial_number}
    return tsp.SigningCertificateV2({"certs": [{"cert_hash": digest, "issuer_serial": serial}]})
