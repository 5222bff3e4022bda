"""HTTP API: the catalogue, public."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange import selectors
from wenzhou.kernel.exchange.selectors import Entry


class FieldOut(Schema):
    """A field of a resource; ``level`` 1 open, 2 for work, 3 personal, 4 sensitive personal."""

    name: str
    title: dict[str, str]
    level: int


class ResourceOut(Schema):
    """A resource of the catalogue."""

    code: str
    title: dict[str, str]
    summary: dict[str, str]
    owner: dict[str, str]
    legal_basis: dict[str, str]
    writes: bool
    data_fields: list[FieldOut]
    offered_by: list[dict[str, str]]
    used_by: list[dict[str, str]]

    @classmethod
    def of(cls, entry: Entry) -> ResourceOut:
        """From its entry."""
        resource = entry.resource
        return cls(
            code=resource.code,
            title=resource.title.as_json(),
            summary=resource.summary.as_json(),
            owner=resource.owner_title.as_json(),
            legal_basis=resource.legal_basis.as_json(),
            writes=resource.writes,
            data_fields=[
                FieldOut(name=f.name, title=f.title.as_json(), level=int(f.level)) for f in resource.fields
            ],
            offered_by=[title.as_json() for title in entry.offered_by],
            used_by=[title.as_json() for title, _ in entry.uses],
        )


def catalogue(request: HttpRequest) -> list[ResourceOut]:
    """All resources."""
    return [ResourceOut.of(entry) for entry in selectors.catalogue()]


CATALOGUE = Endpoint(
    method="GET",
    path="/resources",
    view=catalogue,
    summary=Text("数据资源目录", "Catalogue of data resources"),
    response=list[ResourceOut],
    public=True,
)
