"""Reads of the exchange: the catalogue made from the manifests, and the grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import NotFound
from wenzhou.kernel.base.manifest import Declaration, Module
from wenzhou.kernel.base.permissions import require
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.exchange.declarations import Offer, Resource, Use
from wenzhou.kernel.exchange.models import Grant, GrantState
from wenzhou.kernel.exchange.permissions import SEE_GRANTS


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource of the catalogue (资源目录): who offers it and who asks to use it for what."""

    resource: Resource[object, object]
    offered_by: tuple[Text, ...]
    uses: tuple[tuple[Text, Use], ...]


def catalogue() -> list[Entry]:
    """Every declared resource, public metadata only."""
    offers = _declared_with_module(Offer)
    uses = _declared_with_module(Use)
    return [
        Entry(
            resource=resource,
            offered_by=tuple(m.title for m, offer in offers if offer.resource.code == resource.code),
            uses=tuple((m.title, use) for m, use in uses if use.resource.code == resource.code),
        )
        for resource in registry.declared(Resource)
    ]


def entry(code: str) -> Entry:
    """One resource of the catalogue. Raises NotFound."""
    for found in catalogue():
        if found.resource.code == code:
            return found
    raise NotFound(Text(f"目录中没有资源 {code}。", f"The catalogue has no resource {code}."))


def _declared_with_module[D: Declaration](kind: type[D]) -> list[tuple[Module, D]]:
    return [(module, d) for module in registry.modules for d in module.declares if isinstance(d, kind)]


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant in words."""

    row: Grant
    resource: Text
    consumer: Text
    fields: tuple[Text, ...]


def grants(actor: Actor) -> dict[str, list[GrantView]]:
    """All grants by state, newest first; they are as many as the manifests ask for. Raises Refused."""
    require(actor, SEE_GRANTS)
    found: dict[str, list[GrantView]] = {state: [] for state in GrantState.values}
    for row in Grant.objects.order_by("-id"):
        found[row.state].append(_in_words(row, registry.declared(Resource)))
    return found


def _in_words(row: Grant, resources: Sequence[Resource[object, object]]) -> GrantView:
    resource = next((r for r in resources if r.code == row.resource), None)
    titles = {field.name: field.title for field in resource.fields} if resource else {}
    modules = {module.code: module.title for module in registry.modules}
    return GrantView(
        row=row,
        resource=resource.title if resource else Text(row.resource, row.resource),
        consumer=modules.get(row.consumer, Text(row.consumer, row.consumer)),
        fields=tuple(titles.get(name, Text(name, name)) for name in row.fields),
    )
