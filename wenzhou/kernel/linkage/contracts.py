"""What crosses the door of linkage: the columns of a source, records and links as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

COLUMNS = ("key", "recorded", "gone", "name", "number", "sex", "born", "phone", "address", "division")
"""What a source's statement gives of each record, in this order.

``key`` uuid; ``recorded`` timestamptz: when the source last said something of it; ``gone`` boolean: it says nothing of it
any more; the others text: ``born`` YYYYMMDD, ``sex`` by GB/T 2261.1, ``division`` a division code of any length. What is
not known is null or empty.
"""


class RecordKey(NamedTuple):
    """One record of one source."""

    source: str
    key: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as its source has it now. ``person``: the anchor it is about, where the source knows one."""

    name: str = ""
    number: str = ""
    sex: str = ""
    born: str = ""
    phone: str = ""
    address: str = ""
    division: str = ""
    person: UUID | None = None
    made: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A record is about an entity, since an instant of recording, by an act."""

    record: RecordKey
    entity: UUID
    act: UUID
    recorded_at: datetime
