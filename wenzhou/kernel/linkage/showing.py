"""Records as a reader may see them: masked, or whole for a purpose; no record leaves without its line in the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from wenzhou.kernel.base import audit
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.permissions import Purpose
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.linkage.contracts import Record, RecordKey
from wenzhou.kernel.linkage.models import RecordLink
from wenzhou.kernel.linkage.sources import show, sources
from wenzhou.kernel.registers.api import journal_many, mask_address, mask_name, mask_number, mask_phone
from wenzhou.kernel.registers.contracts import Subject

LOOK = Purpose("linkage.look", Text("查看链接记录（脱敏）", "Looking at linked records, masked"))
PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose(
            "linkage.judge", Text("判定两条记录是否同一人", "Telling whether two records are one person")
        ),
        Purpose("linkage.mend", Text("核实错误的合并", "Looking into a wrong merge")),
        Purpose("linkage.answer", Text("答复本人的查询或异议", "Answering the person who asks or objects")),
    )
}

FIELDS = ("name", "number", "born", "sex", "phone", "address")
"""What is shown of a record, in the order of the model."""


def hidden(text: str) -> str:
    """Every character hidden."""
    return "*" * len(text)


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "number": mask_number,
    "born": hidden,
    "phone": mask_phone,
    "address": mask_address,
}


def masked(record: Record, field: str) -> str:
    """One value of a record, masked."""
    value = str(getattr(record, field))
    return MASKS[field](value) if field in MASKS and value else value


def read(
    actor: Actor, keys: Collection[RecordKey], purpose: Purpose | None, fields: tuple[str, ...] = FIELDS
) -> dict[RecordKey, Record]:
    """Records by key as their sources have them, and the lines that say so. The caller stands in a transaction and has asked who may.

    A record of a person whom the city knows has its line in the access journal, which that person can see; of a line
    whose person nobody knows yet the audit log says who read it, why, and which fields.
    """
    found = show(keys)
    persons = persons_of(found)
    for source in {key.source for key in found}:
        known = {person for key, person in persons.items() if key.source == source}
        journal_many(
            actor,
            [Subject(person=person) for person in sorted(known)],
            resource=source,
            consumer="linkage",
            purpose=purpose or LOOK,
            fields=fields,
            masked=purpose is None,
        )
    unknown = sorted(str(key.key) for key in found if key not in persons)
    if unknown:
        audit.record(
            actor,
            "linkage.read-lines",
            records=unknown,
            purpose=purpose or LOOK,
            fields=list(fields),
            masked=purpose is None,
        )
    return found


def persons_of(records: Mapping[RecordKey, Record]) -> dict[RecordKey, UUID]:
    """Of the records, the person each is about where that is known: by its source, or by a record it is linked with."""
    found = {key: record.person for key, record in records.items() if record.person is not None}
    rest = {key.key: key for key in records if key not in found}
    anchored = [code for code, source in sources().items() if source.anchored]
    if not rest or not anchored:
        return found
    links = RecordLink.objects.filter(superseded_at=None)
    entities = {
        rest[key]: entity
        for source, key, entity in links.filter(key__in=rest).values_list("source", "key", "entity")
        if rest[key].source == source
    }
    anchors = dict(
        links.filter(entity__in=entities.values(), source__in=anchored).values_list("entity", "key")
    )
    return found | {key: anchors[entity] for key, entity in entities.items() if entity in anchors}
