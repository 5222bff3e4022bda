"""The purpose that documents itself offers: papers that a person keeps for herself until a case takes them."""

from __future__ import annotations

from uuid import UUID

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.documents.contracts import FilePurpose, FileRef

_OWN = Purpose("documents.own", Text("查看本人保存的材料", "Seeing one's own papers"))


def _signed_in(actor: Actor, subject: UUID | None) -> bool:
    return actor.account is not None


def _own(actor: Actor, file: FileRef) -> Purpose | None:
    mine = actor.account is not None and actor.account == file.uploaded_by
    return _OWN if mine else None


OWN = FilePurpose(
    code="documents.own", title=Text("本人材料", "One's own papers"), may_add=_signed_in, may_read=_own
)
