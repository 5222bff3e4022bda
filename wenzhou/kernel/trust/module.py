"""Manifest of trust."""

from __future__ import annotations

from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.manifest import Demo, Module
from wenzhou.kernel.base.module import MODULE as BASE
from wenzhou.kernel.base.pages import SERVICES, Nav, Page
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.module import MODULE as IDENTITY
from wenzhou.kernel.trust import demo, views
from wenzhou.kernel.trust.events import CertificateIssued, CertificateReleased, CertificateRevoked
from wenzhou.kernel.trust.permissions import HOLD_CEREMONY, ISSUE, REVOKE
from wenzhou.kernel.trust.services.issuing import void_stale
from wenzhou.kernel.trust.services.lists import PUBLISH, RENEW
from wenzhou.kernel.trust.services.speaking import RENEW_SPEAKERS


def _void() -> None:
    void_stale()


VOID = Job(
    name="trust.void",
    title=Text("作废未完成的签发", "Write off what was never issued"),
    run=_void,
    cron="*/10 * * * *",
)

MODULE = Module(
    code="trust",
    title=Text("电子认证", "Trust"),
    summary=Text(
        "本市数字证书认证中心：机构、证书、撤销列表和在线状态，每一步记入链式日志。",
        "The city's certificate authority: authorities, certificates, lists and status, each act in a chained journal.",
    ),
    group="kernel",
    rows=("K2", "S2"),
    clauses=("4.2",),
    depends_on=(BASE, IDENTITY),
    permissions=(HOLD_CEREMONY, ISSUE, REVOKE),
    emits=(CertificateIssued, CertificateRevoked, CertificateReleased),
    jobs=(PUBLISH, RENEW, RENEW_SPEAKERS, VOID),
    demo=Demo(load=demo.load, order=5),
    pages=(
        Page(
            name="index",
            path="pki/",
            view=views.index,
            title=Text("数字证书", "Certificates"),
            public=True,
            nav=Nav(SERVICES, 80, "certificate"),
        ),
        Page(
            name="practice",
            path="pki/practice/",
            view=views.practice,
            title=Text("电子认证业务规则", "Practice statement"),
            public=True,
        ),
        Page(
            name="certificate",
            path="pki/<slug:code>.cer",
            view=views.certificate,
            title=Text("认证机构证书", "An authority's certificate"),
            public=True,
        ),
        Page(
            name="list",
            path="pki/<slug:code>.crl",
            view=views.revocation_list,
            title=Text("证书撤销列表", "List of revoked certificates"),
            public=True,
        ),
        Page(
            name="subscriber",
            path="pki/<slug:code>/<slug:serial>.cer",
            view=views.subscriber,
            title=Text("证书下载", "A certificate"),
            public=True,
        ),
        Page(
            name="status",
            path="pki/ocsp/<slug:code>/",
            view=views.status_post,
            title=Text("在线证书状态（POST）", "Status of certificates, by POST"),
            public=True,
            machine=True,
        ),
        Page(
            name="stamp",
            path="pki/tsa/<slug:code>/",
            view=views.stamp,
            title=Text("时间戳（RFC 3161）", "Time stamps (RFC 3161)"),
            public=True,
            machine=True,
        ),
        Page(
            name="status-get",
            path="pki/ocsp/<slug:code>/<path:asked>",
            view=views.status_get,
            title=Text("在线证书状态（GET）", "Status of certificates, by GET"),
            public=True,
        ),
    ),
)
