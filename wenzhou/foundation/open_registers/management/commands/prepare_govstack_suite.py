"""``prepare_govstack_suite``: the registers and entries that the GovStack test suite takes for granted."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wenzhou.foundation.open_registers.models import Entry, EntryVersion, OpenRegister
from wenzhou.foundation.open_registers.services import admit, define, update_or_create
from wenzhou.kernel.base.actors import DATA_OFFICER, Actor, Post

_NAMES = ("ID", "FirstName", "LastName", "BirthCertificateID")
_SCHEMA = {
    "type": "object",
    "properties": {
        name: {"type": "string", "primaryKey": name == "ID"} if name == "ID" else {"type": "string"}
        for name in _NAMES
    },
    "required": ["ID"],
}


class Command(BaseCommand):
    """Read the suite's own examples; nothing of it is kept in the project."""

    help = "测试集准备 · Prepare a city for the GovStack Digital Registries suite (folder test/openAPI of its repository)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Two registers with the suite's records, the database ids that it asks for, and the client that it says it is."""
        folder: Path = options["folder"]
        if not (folder / "features").is_dir():
            raise CommandError(f"{folder} has no features: give the folder test/openAPI")
        data = json.loads((folder / "test-data.json").read_text())
        actor = Actor(name="prepare_govstack_suite", posts=(Post(DATA_OFFICER.code),))
        admit(
            actor,
            data["informationMediatorClientHeader"]["value"],
            register=None,
            may_write=True,
            may_define=True,
        )
        define(actor, "registryname", "111", _SCHEMA)
        define(actor, "registryempty", "111", _SCHEMA)
        for number in sorted(_numbers(folder)):
            if not OpenRegister.objects.filter(number=number).exists():
                define(actor, f"example-{number}", "1", _SCHEMA, number=number)
        register = OpenRegister.objects.get(code="registryname", version="111")
        # From an earlier run: the suite takes it that it is the first.
        EntryVersion.objects.filter(entry__register=register).delete()
        Entry.objects.filter(register=register).delete()
        for one in data["registries"]["records"]:  # it asks for an entry by an id of its own
            Entry.objects.get_or_create(register=register, key=one["id"], defaults={"id": one["uuid"]})
        records = [*_given(data), *_assumed(folder)]
        for content in records:
            update_or_create(actor, "registryname", "111", {"ID": content["ID"]}, content)
        self.stdout.write(f"{len(records)} records")


def _numbers(folder: Path) -> set[int]:
    text = (folder / "features" / "db_read.feature").read_text()
    return {int(found) for found in re.findall(r'"(\d+)" as id', text) + re.findall(r"\|\s*(\d+)\s*\|", text)}


def _given(data: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"ID": one["id"], **{name: one[name] for name in _NAMES[1:] if name in one}}
        for one in data["registries"]["records"]
    ]


def _assumed(folder: Path) -> list[dict[str, str]]:
    """Records that a scenario changes or reads and that the suite's data lack."""
    found = []
    text = (folder / "features" / "data_update.feature").read_text()
    for row in re.findall(r"^\s*\|(.+)\|\s*$", text, re.MULTILINE)[1:]:
        cells = [cell.strip() for cell in row.split("|")]
        found.append(dict(zip(_NAMES, cells[:4], strict=True)))
    given = r'with given "([^"]*)" as ID "([^"]*)" as FirstName "([^"]*)" as LastName and "([^"]*)" as BirthCertificateID and'
    found += [dict(zip(_NAMES, one, strict=True)) for one in re.findall(given, text)]
    read = (folder / "features" / "data_read.feature").read_text()
    for name, value in re.findall(r"^\s*\|\s*(\w+)\s*\|\s*([\w-]+)\s*\|\s*$", read, re.MULTILINE)[1:]:
        found.append({"ID": value if name == "ID" else f"read-{value}", name: value})
    for first in re.findall(r'"(\w[\w ]*)" as FirstName\n', read):
        if first != "NotExist":
            found.append({"ID": f"read-{first}", "FirstName": first})
    for first, last, key, certificate in re.findall(
        r"^\s*\|\s*(\w+)\s*\|\s*(\w+)\s*\|\s*(\w+)\s*\|\s*([\w-]+)\s*\|\s*$", read, re.MULTILINE
    )[1:]:
        found.append({"ID": key, "FirstName": first, "LastName": last, "BirthCertificateID": certificate})
    return found
