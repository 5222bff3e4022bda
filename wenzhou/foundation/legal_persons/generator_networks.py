"""Made networks among made firms (虚构股权网络): holding groups, chains, rings, branches, officers, serial founders.

Seeded and pure, block by block of the generator's firms; only a whole block is tied up, so that a larger set begins with the
firms of the smaller one. Every firm's amounts still add up to its capital on every day since it was founded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import NamedTuple

import numpy as np

from wenzhou.foundation.legal_persons.generator import BLOCK, Firms, MadeFirm, MadeShare
from wenzhou.kernel.base.standards import gb32100

HELD, RING, SERIAL, BRANCHED = 0.14, 0.12, 0.06, 0.04
"""Parts of limited companies: held by another, of those in a ring, founded by a serial founder, with branches."""
BRANCH_SERIALS = 400_000_000
PLACES = ("鹿城", "龙湾", "瓯海", "瑞安", "乐清", "永嘉", "平阳", "苍南")


class MadeHolding(NamedTuple):
    """What a made person or a made firm has put into a made firm in a period, in yuan."""

    firm: int
    holder: int
    by_firm: bool
    amount: Decimal
    since: date
    until: date | None = None


class MadeOfficer(NamedTuple):
    """A made person in office in a made firm."""

    firm: int
    person: int
    role: str
    since: date


class MadeBranch(NamedTuple):
    """A branch of a made firm; ``serial`` is of the branches' own."""

    serial: int
    parent: int
    code: str
    name: str
    since: date


@dataclass(slots=True)
class MadeRecord:
    """One made firm with all that hangs on it."""

    firm: MadeFirm
    holdings: list[MadeHolding]
    officers: list[MadeOfficer] = field(default_factory=list)
    branches: list[MadeBranch] = field(default_factory=list)


def records(firms: Firms) -> Iterator[MadeRecord]:
    """Every firm of the set with its network, from the first."""
    for number, block in enumerate(batched(firms.rows(), BLOCK)):
        made = [MadeRecord(firm, [_plain(share) for share in shares]) for firm, shares in block]
        if len(made) == BLOCK:
            _tie_up(made, np.random.default_rng([firms.seed, 2, number]))
        for record in made:
            record.officers = _officers(record)
        yield from made


def _plain(share: MadeShare) -> MadeHolding:
    return MadeHolding(share.firm, share.holder, False, share.amount, share.since)


def _tie_up(block: Sequence[MadeRecord], random: np.random.Generator) -> None:
    limited = [record for record in block if record.firm.kind == "limited"]
    draws = random.random((len(limited), 6)).tolist()
    root = 0
    for at, (record, draw) in enumerate(zip(limited, draws, strict=True)):
        if draw[0] < 0.02:
            root = at  # the holding company of the group that follows
        if not at:
            continue
        before = limited[int(draw[1] * at)]
        if draw[2] < SERIAL:
            _found_by_the_same(record, before)
        if draw[0] > 1 - HELD:
            parent = (
                limited[root]
                if draw[3] < 0.5 and root != at
                else limited[at - 1]
                if draw[3] < 0.75
                else before
            )
            _take_part(record, parent, 6)
            if draw[4] < RING and not any(one.by_firm for one in parent.holdings):
                _take_part(parent, record, 1)
        if draw[5] < BRANCHED:
            record.branches = _branches(record.firm, 1 + int(draw[5] / BRANCHED * 6))


def _found_by_the_same(record: MadeRecord, before: MadeRecord) -> None:
    """The founder of an older firm founded this one too; she was of age then."""
    firm, founder = record.firm, before.firm.representative
    if firm.established < before.firm.established or any(one.holder == founder for one in record.holdings):
        return
    record.firm = firm._replace(representative=founder)
    record.holdings[0] = record.holdings[0]._replace(holder=founder)


def _take_part(record: MadeRecord, holder: MadeRecord, tenths: int) -> None:
    """From the day both are there, another firm holds some tenths, taken from the first holder alone."""
    first = record.holdings[0]
    amount = record.firm.capital * tenths // 10
    amount = min(amount, first.amount - 1)
    since = max(record.firm.established, holder.firm.established)
    if amount < 1 or first.until is not None or first.by_firm:
        return
    if since > first.since:
        record.holdings.append(first._replace(until=since))
        first = first._replace(since=since)
    record.holdings[0] = first._replace(amount=first.amount - amount)
    record.holdings.append(MadeHolding(record.firm.serial, holder.firm.serial, True, amount, since))


def _branches(firm: MadeFirm, number: int) -> list[MadeBranch]:
    made = []
    for at in range(number):
        serial = firm.serial * len(PLACES) + at
        code = gb32100.make(
            region=firm.code[2:8],
            serial=((BRANCH_SERIALS + serial) * 271_828_183) % 31**6,
        )
        made.append(MadeBranch(serial, firm.serial, code, f"{firm.name}{PLACES[at]}分公司", firm.established))
    return made


def _officers(record: MadeRecord) -> list[MadeOfficer]:
    """The representative directs and manages; another founder supervises."""
    firm = record.firm
    if firm.kind != "limited":
        return []
    leads = [
        MadeOfficer(firm.serial, firm.representative, role, firm.established)
        for role in ("director", "manager")
    ]
    others = [one.holder for one in record.holdings if not one.by_firm and one.holder != firm.representative]
    return leads + [MadeOfficer(firm.serial, one, "supervisor", firm.established) for one in others[:1]]
