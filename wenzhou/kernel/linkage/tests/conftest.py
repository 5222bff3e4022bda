"""Two offices' lists of made people, with the truth; working stores in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.identity.testing import make_office
from wenzhou.kernel.linkage.contracts import RecordKey
from wenzhou.kernel.linkage.model.engine import DuckDBEngine
from wenzhou.kernel.linkage.model.persons import PERSONS
from wenzhou.kernel.linkage.models import ListedPerson
from wenzhou.kernel.linkage.services import carrying, lists
from wenzhou.kernel.linkage.testing import REGISTER, Listed, Lists, made_people

SYSTEM = Actor.system("linkage.test")
CODES = ("list.insurance", "list.register", "list.relief")


@pytest.fixture
def small(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small samples teach small towns; one thread, since tests run beside each other."""
    settings.WZ_DATA = tmp_path
    settings.WZ_LINKAGE_ENGINE = "duckdb"
    settings.WZ_LINKAGE_THREADS = 1
    settings.WZ_LINKAGE_MEMORY = "500MB"
    monkeypatch.setattr(DuckDBEngine, "train", _train_once)
    model = replace(PERSONS, sample_pairs=100_000, teaching_pairs=20_000)
    monkeypatch.setattr(carrying, "PERSONS", model)


_learnt: dict[str, Any] = {}
_train = DuckDBEngine.train


def _train_once(self: DuckDBEngine) -> dict[str, Any]:
    """The first town teaches all towns: they are drawn alike, and learning takes longer than linking."""
    if not _learnt:
        _learnt.update(_train(self))
    return _learnt


@dataclass(frozen=True)
class Town:
    """Lists in the database, and who each line is truly about."""

    rows: list[Listed]

    def line(self, number: int) -> dict[str, str]:
        row = self.rows[number]
        return {
            "reference": f"{row.source}-{number}",
            **{name: getattr(row, name) for name in lists.FIELDS[1:]},
        }

    def truth(self) -> dict[RecordKey, int]:
        """Who each listed record is about."""
        return {
            RecordKey(f"list.{code}", key): self.rows[int(reference.rpartition("-")[2])].person
            for code, key, reference in ListedPerson.objects.values_list("list", "id", "reference")
        }

    def key(self, number: int) -> UUID:
        return ListedPerson.objects.get(reference=self.line(number)["reference"]).id


@pytest.fixture
def town(db: None, small: None) -> Callable[..., Town]:
    """Make a town: its lists, of which ``held_back`` lines of the last list are not taken in yet."""

    def make(people: int = 700, *, seed: int = 1, held_back: int = 0, twins: float | None = None) -> Town:
        make_office("data", function="data", area="3303")
        everybody = list(made_people(people, seed=seed))
        writer = Lists(everybody, seed=seed + 1)
        if twins is not None:
            writer.twins = twins
        made = Town(list(writer.write(everybody)))
        for code in (REGISTER, "insurance", "relief"):
            lists.open_list(SYSTEM, code, Text(code, code), "data", solo=code == REGISTER, made=True)
            own = [n for n, row in enumerate(made.rows) if row.source == code]
            kept = own[: len(own) - held_back] if code == "relief" else own
            lists.take_in(SYSTEM, code, [made.line(n) for n in kept])
        return made

    return make
