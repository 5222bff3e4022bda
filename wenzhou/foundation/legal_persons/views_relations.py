"""The page of an organisation's relations: drawn, listed, who holds it in the end, the way to another party."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from wenzhou.foundation.legal_persons import selectors
from wenzhou.foundation.legal_persons.relations import reading, walk
from wenzhou.foundation.legal_persons.relations.reading import Party, Relations
from wenzhou.foundation.legal_persons.relations.ties import TIES, Edge, Tie
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.charts import Graph, Link, Node
from wenzhou.kernel.base.errors import Invalid, NotFound
from wenzhou.kernel.base.pages import actor_of, query_day
from wenzhou.kernel.base.text import t
from wenzhou.kernel.registers.contracts import OrganisationQuery

STEPS = 2
LISTED = 200


def relations(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Everybody within some steps on a day, by the kinds of ties that are chosen."""
    actor = actor_of(request).actor
    on, steps, tie = query_day(request) or timezone.localdate(), _steps(request), request.GET.get("tie", "")
    ties = (Tie(tie),) if tie in TIES else tuple(Tie)
    found = selectors.profile(OrganisationQuery(id=organisation_id, on=on))
    network = reading.network(actor, organisation_id, steps, on, ties)
    context: dict[str, object] = {
        "found": found,
        "on": on,
        "steps": steps,
        "tie": tie,
        "ties": [("", t("全部", "All")), *((code, str(title)) for code, title in TIES.items())],
        "depths": [(str(n), str(n)) for n in range(1, walk.MOST_STEPS + 1)],
        "graph": drawn(network, organisation_id, on, steps),
        "rows": [_listed(edge, network, on, steps) for edge in network.edges[:LISTED]],
        "more": max(len(network.edges) - LISTED, 0),
        "complete": network.complete,
        "parties": len(network.parties),
        "owners": reading.owners(actor, organisation_id, on),
        "to": request.GET.get("to", "").strip(),
    }
    if context["to"]:
        context |= _way(actor, organisation_id, str(context["to"]), on, ties)
    return render(request, "legal_persons/relations.html", context)


def _way(actor: Actor, start: UUID, to: str, on: date, ties: tuple[Tie, ...]) -> dict[str, object]:
    try:
        found = reading.way(actor, start, reading.party_of(to), on, ties)
    except (Invalid, NotFound) as problem:
        return {"to_error": str(problem.detail)}
    if found is None:
        return {"no_way": True}
    return {"way": [_listed(edge, found, on, STEPS) for edge in found.edges], "way_cut": not found.complete}


def drawn(network: Relations, root: UUID, on: date, steps: int) -> Graph:
    """The network as points and arrows; organisations lead on to their own relations."""
    return Graph(
        title=t("关系图", "Graph of relations"),
        groups=(t("单位", "Organisations"), t("自然人", "Persons")),
        nodes=[
            Node(str(one.id), one.name, int(one.person), url_of(one, on, steps), one.id == root)
            for one in network.parties.values()
        ],
        links=[Link(str(e.source), str(e.target), _words(e)) for e in network.edges],
    )


def url_of(party: Party, on: date, steps: int) -> str:
    """Where a party's own relations stand; persons have no page here."""
    if party.person:
        return ""
    return f"{reverse('legal_persons:relations', args=[party.id])}?on={on}&steps={steps}"


def _words(edge: Edge) -> str:
    more = reading.role_title(edge)
    return f"{TIES[edge.tie]} {more}".strip()


def _listed(edge: Edge, network: Relations, on: date, steps: int) -> dict[str, object]:
    source, target = network.parties[edge.source], network.parties[edge.target]
    return {
        "source": source,
        "target": target,
        "source_url": url_of(source, on, steps),
        "target_url": url_of(target, on, steps),
        "words": _words(edge),
    }


def _steps(request: HttpRequest) -> int:
    given = request.GET.get("steps", "")
    return int(given) if given.isdigit() and len(given) < 3 else STEPS
