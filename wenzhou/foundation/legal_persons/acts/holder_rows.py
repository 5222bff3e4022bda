"""The list of holders in a form: those who hold now, by amount, and empty rows for new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from wenzhou.foundation.legal_persons.acts.inputs import amount
from wenzhou.foundation.legal_persons.models import Shareholding
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.api import organisation_by_code, person_by_number
from wenzhou.kernel.registers.api import mask_name
from wenzhou.kernel.registers.contracts import Shareholder

EMPTY = 3
MOST = 520


@dataclass(slots=True)
class Row:
    """One row. ``key`` says who holds (``p:`` or ``o:`` and the id) where that is known; else ``number`` is typed."""

    name: str = ""
    key: str = ""
    number: str = ""
    amount: str = ""
    error: Text | None = None


@dataclass(slots=True)
class Rows:
    """All rows, and the sum check (合计核对): ``total`` of the amounts that can be read against the capital."""

    rows: list[Row]
    total: Decimal
    capital: Decimal | None

    @property
    def short(self) -> Decimal | None:
        """What the amounts lack of the capital, below 0 when they are more; None without a capital."""
        return None if self.capital is None else self.capital - self.total

    @property
    def over(self) -> Decimal:
        """What they are more than the capital."""
        return self.total - (self.capital or Decimal(0))


def present(held: list[Shareholding], capital: Decimal | None) -> Rows:
    """The rows of today's holders."""
    rows = []
    for one in held:
        if one.person is not None:
            rows.append(Row(mask_name(one.person.name), f"p:{one.person_id}", "", str(one.amount)))
        elif one.holding_organisation is not None:
            firm = one.holding_organisation
            rows.append(Row(firm.name, f"o:{firm.id}", "", str(one.amount)))
    return _counted(rows, capital)


def given(post: Mapping[str, str], names: Mapping[str, str], capital: Decimal | None) -> Rows:
    """The rows as they were sent; ``names`` by key. What is wrong with one stands in it."""
    rows = []
    for at in range(MOST):
        if f"holder-amount-{at}" not in post:
            break
        key = post.get(f"holder-key-{at}", "")
        row = Row(
            names.get(key, ""),
            key if key in names else "",
            post.get(f"holder-number-{at}", "").strip(),
            post.get(f"holder-amount-{at}", "").strip(),
        )
        row.error = _wrong(row)
        if row.name or row.number or row.amount:
            rows.append(row)
    return _counted(rows, capital)


def _counted(rows: list[Row], capital: Decimal | None) -> Rows:
    total = Decimal(0)
    for row in rows:
        try:
            total += amount(row.amount) if row.amount else 0
        except ValueError:
            continue
    return Rows([*rows, *(Row() for _ in range(EMPTY))], total, capital)


def _wrong(row: Row) -> Text | None:
    if not row.amount:
        return None if row.key or not row.number else Text("请填写出资额", "Enter the amount")
    try:
        amount(row.amount)
    except ValueError:
        return Text("出资额应为数额，单位元", "The amount is in yuan")
    if not row.key and _who(row.number) is None:
        return Text("没有登记这个号码或代码", "No person or organisation is known by this")
    return None


def _who(number: str) -> Shareholder | None:
    someone = person_by_number(number)
    if someone is not None:
        return Shareholder(amount=Decimal(0), person=someone.id)
    firm = organisation_by_code(number)
    return Shareholder(amount=Decimal(0), organisation=firm.id) if firm is not None else None


def holders_of(rows: Rows) -> tuple[Shareholder, ...]:
    """Who holds from now on: the rows with an amount. Raises Invalid when one is wrong."""
    if any(row.error for row in rows.rows):
        wrong = Text("有的股东行需要改正", "Some rows of holders have to be put right")
        raise Invalid(wrong, fields={"shareholders": wrong})
    return tuple(_holder(row) for row in rows.rows if row.amount)


def _holder(row: Row) -> Shareholder:
    if row.key:
        kind, _, known = row.key.partition(":")
        found = UUID(known)
        return Shareholder(
            amount=amount(row.amount),
            person=found if kind == "p" else None,
            organisation=found if kind == "o" else None,
        )
    who = _who(row.number)
    if who is None:
        raise ValueError(row.number)
    return Shareholder(amount=amount(row.amount), person=who.person, organisation=who.organisation)
