"""An import from the file to the register: dry run, load, bad rows, ownership, resuming."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from wenzhou.kernel.base.actors import CITIZEN, CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry, OutboxEntry
from wenzhou.kernel.base.testing import run_due
from wenzhou.kernel.identity.testing import Account, actor_with, make_account, make_office, make_person
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.models import Correction
from wenzhou.kernel.registers.tests.records import ORGANISATIONS, PEOPLE, PERSONS, organisation, person
from wenzhou.kernel.registers.transfer.bad_rows import bad_rows_file
from wenzhou.kernel.registers.transfer.imports import (
    Choice,
    import_of,
    read_as,
    receive,
    start_check,
    start_load,
)
from wenzhou.kernel.registers.transfer.models import Foreign, Import, ImportState
from wenzhou.kernel.registers.transfer.running import run

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WZ_DATA = str(tmp_path)


def police(area="3303", **more):
    make_office("police", function="public-security", area="3303")
    return actor_with(CLERK, office="police", area=area, **more)


def numbers(count):
    """Valid numbers that nobody has."""
    people = [make_person() for _ in range(count)]
    found = [one.number for one in people]
    PEOPLE.objects.filter(id__in=[one.id for one in people]).delete()
    return found


def rows_of(told):
    head = "公民身份号码,姓名,性别,出生日期,联系电话\n"
    return (head + "".join(",".join(row) + "\n" for row in told)).encode()


def born(number):
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex(number):
    return "1" if int(number[16]) % 2 else "2"


def new_row(number, name="陈大文", phone=""):
    return (number, name, sex(number), born(number), phone)


def imported(actor, content, *, load=True, chunk=0, **choice):
    register = register_of("person")
    row = receive(actor, register, "名单.csv", [content])
    start_check(actor, row.id, Choice(fields=row.fields, valid_from=DAY, **choice), by_job=False)
    run(row.id, chunk=chunk)
    row.refresh_from_db()
    if load and row.state == ImportState.CHECKED:
        start_load(actor, row.id, by_job=False)
        run(row.id, chunk=chunk)
        row.refresh_from_db()
    return row


def counts(row):
    return (row.created, row.changed, row.unchanged, row.bad)


def test_a_dry_run_says_what_the_load_will_do_and_writes_nothing():
    actor = police()
    first, second = numbers(2)
    known = person(name="林建国")
    same = person(name="王明")
    content = rows_of(
        [
            new_row(first),
            new_row(first, name="陈小文"),
            (known.number, "林国", "", "", ""),
            (same.number, "王明", "", "", ""),
            new_row(second, name="陈"),
        ]
    )
    before = (PERSONS.objects.count(), PEOPLE.objects.count(), OutboxEntry.objects.count())
    dry = imported(actor, content, load=False, chunk=1)
    assert dry.state == ImportState.CHECKED
    assert counts(dry) == (1, 2, 1, 1)
    assert (PERSONS.objects.count(), PEOPLE.objects.count(), OutboxEntry.objects.count()) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert cursor.fetchone()[0] == 0

    start_load(actor, dry.id, by_job=False)
    run(dry.id, chunk=2)
    dry.refresh_from_db()
    assert dry.state == ImportState.DONE
    assert counts(dry) == (1, 2, 1, 1)
    assert PEOPLE.objects.get(number=first).name == "陈小文"
    assert PEOPLE.objects.get(id=known.id).name == "林国"
    rows = PERSONS.objects.filter(person__number=first).order_by("recorded_at", "id")
    assert [(row.name, row.superseded_at is None) for row in rows] == [("陈大文", False), ("陈小文", True)]
    assert rows[1].source == "public-security"
    assert rows[1].recorded_by == actor.account
    told = OutboxEntry.objects.filter(name="registers.loaded")
    assert {row.payload["register"] for row in told} == {"person"}
    assert sum(len(row.payload["created"]) for row in told) == 1
    assert AuditEntry.objects.filter(action="registers.import-done", actor=actor.account).exists()


def test_the_same_file_again_changes_nothing():
    actor = police()
    content = rows_of([new_row(number) for number in numbers(5)])
    assert counts(imported(actor, content, chunk=2)) == (5, 0, 0, 0)
    before = PERSONS.objects.count()
    assert counts(imported(actor, content, chunk=3)) == (0, 0, 5, 0)
    assert PERSONS.objects.count() == before


def test_bad_rows_come_back_as_a_file_that_can_be_mended_and_sent_again(settings):
    actor = police()
    first, second, third = numbers(3)
    content = rows_of([new_row(first), new_row(second, name="陈"), (third, "", sex(third), "", "")])
    row = imported(actor, content)
    assert counts(row) == (1, 0, 0, 2)
    text = b"".join(bad_rows_file(row)).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "行号,有误的项,原因,公民身份号码,姓名,性别,出生日期,联系电话"
    assert lines[1].startswith("3,姓名,姓名: ")
    assert lines[2].startswith("4,姓名；出生日期,")
    mended = text.replace(f"{second},陈,", f"{second},陈伟,").replace(
        f"{third},,{sex(third)},,", f"{third},林伟,{sex(third)},{born(third)},"
    )
    again = imported(actor, mended.encode())
    assert counts(again) == (2, 0, 0, 0)


def test_all_or_nothing_is_refused_after_a_dry_run_with_bad_rows():
    actor = police()
    first, second = numbers(2)
    row = imported(
        actor, rows_of([new_row(first), new_row(second, name="陈")]), all_or_nothing=True, load=False
    )
    with pytest.raises(Conflict):
        start_load(actor, row.id)
    assert not PERSONS.objects.exists()


def test_what_never_changes_and_what_a_first_entry_lacks_is_said():
    actor = police()
    known = person()
    other = numbers(1)[0]
    PEOPLE.objects.filter(id=known.id).update(number=known.number)
    content = rows_of([(known.number, "", "", born(known.number), ""), (other, "陈大文", "", "", "")])
    PERSONS.objects.filter(person=known.id).update(born=date(1970, 1, 1))
    row = imported(actor, content, load=False)
    assert set(row.reasons) == {"born:fixed", "sex:first", "born:first"}


def test_fields_of_another_office_are_proposed_to_it_or_refused():
    actor = police()
    known = person(phone="13800001234")
    content = rows_of([(known.number, "陈新", "", "", "13900005678")])
    dry = imported(actor, content, load=False, foreign=Foreign.PROPOSE)
    assert (counts(dry), dry.proposed) == ((0, 1, 0, 0), 1)
    assert not Correction.objects.exists()
    row = imported(actor, content, foreign=Foreign.PROPOSE)
    assert (counts(row), row.proposed) == ((0, 1, 0, 0), 1)
    assert Correction.objects.get().values == {"phone": "13900005678"}
    assert Correction.objects.get().owner == "government-services"
    assert PERSONS.objects.get(person=known.id, superseded_at=None, valid_to=None).phone == "13800001234"
    refused = imported(
        actor, rows_of([(known.number, "陈新新", "", "", "13900005678")]), foreign=Foreign.REFUSE
    )
    assert set(refused.reasons) == {"phone:owner"}
    assert PEOPLE.objects.get(id=known.id).name == "陈新"


def test_a_clerk_of_a_county_writes_records_of_her_county_only():
    make_office("police-lc", function="public-security", area="330302")
    actor = actor_with(CLERK, office="police-lc")
    inside, outside = person(division="330302001001"), person(division="330304001001")
    new = numbers(1)[0]
    content = rows_of(
        [(inside.number, "陈内", "", "", ""), (outside.number, "陈外", "", "", ""), new_row(new)]
    )
    for load in (False, True):
        row = imported(actor, content, load=load)
        assert counts(row) == (0, 1, 0, 2)
        assert set(row.reasons) == {"number:unknown"}
    assert not PEOPLE.objects.filter(number=new).exists()
    assert PEOPLE.objects.get(id=outside.id).name != "陈外"


def test_another_office_makes_no_records():
    make_office("window", function="government-services")
    actor = actor_with(CLERK, office="window", area="3303")
    row = imported(actor, rows_of([new_row(numbers(1)[0])]), load=False)
    assert set(row.reasons) == {"number:unknown"}


def test_only_those_who_maintain_the_register_import_and_see_imports():
    register = register_of("person")
    with pytest.raises(Refused):
        receive(actor_with(CITIZEN), register, "x.csv", [rows_of([])])
    row = receive(police(), register, "x.csv", [rows_of([new_row(numbers(1)[0])])])
    make_office("market", function="market-supervision")
    with pytest.raises(NotFound):
        import_of(actor_with(CLERK, office="market"), row.id)
    assert import_of(police(), row.id).id == row.id


def test_the_mapping_of_an_office_is_remembered_for_files_of_the_same_shape():
    actor = police()
    register = register_of("person")
    content = "证号,叫什么\n330302199001010013,陈大文\n".encode()
    row = receive(actor, register, "a.csv", [content])
    assert row.fields == ["", ""]
    start_check(actor, row.id, Choice(fields=["number", "name"], valid_from=DAY), by_job=False)
    assert receive(police(), register, "b.csv", [content]).fields == ["number", "name"]
    make_office("other", function="public-security", area="330304")
    assert receive(actor_with(CLERK, office="other"), register, "c.csv", [content]).fields == ["", ""]
    with pytest.raises(Conflict):
        read_as(actor, row.id, encoding="gb18030")


def test_a_refused_file_leaves_nothing(tmp_path):
    with pytest.raises(Invalid):
        receive(police(), register_of("person"), "x.exe", [b"MZ\x00\x01"])
    assert not Import.objects.exists()
    assert not [path for path in Path(tmp_path).rglob("*") if path.is_file()]


def test_by_the_job_as_by_hand():
    actor = police()
    row = receive(actor, register_of("person"), "a.csv", [rows_of([new_row(numbers(1)[0])])])
    start_check(actor, row.id, Choice(fields=row.fields, valid_from=DAY))
    run_due()
    start_load(actor, row.id)
    run_due()
    assert import_of(actor, row.id).state == ImportState.DONE


def test_a_post_that_ended_stops_the_import():
    actor = police()
    row = receive(actor, register_of("person"), "a.csv", [rows_of([new_row(numbers(1)[0])])])
    start_check(actor, row.id, Choice(fields=row.fields, valid_from=DAY), by_job=False)
    Account.objects.filter(id=actor.account).update(is_active=False)
    run(row.id)
    row.refresh_from_db()
    assert row.state == ImportState.REFUSED
    assert row.trouble


def test_row_by_row_for_registers_with_rules_that_look_further():

    make_office("market", function="market-supervision", area="3303")
    actor = actor_with(CLERK, office="market", area="3303")
    firm = organisation()
    register = register_of("organisation")
    assert register.bulk is None
    content = (
        "统一社会信用代码,住所（经营场所）\n"
        f"{firm.code},浙江省温州市鹿城区五马街道新路 1 号\n{firm.code},浙江省温州市鹿城区五马街道新路 1 号\n{firm.code},短\n"
        "91330302MA00000000,浙江省温州市鹿城区五马街道新路 1 号\n"
    ).encode()
    row = receive(actor, register, "firms.csv", [content])
    start_check(actor, row.id, Choice(fields=row.fields, valid_from=DAY), by_job=False)
    run(row.id)
    row.refresh_from_db()
    dry = counts(row)
    assert not ORGANISATIONS.objects.filter(address__contains="新路").exists()
    start_load(actor, row.id, by_job=False)
    run(row.id)
    row.refresh_from_db()
    assert counts(row) == dry == (0, 1, 1, 2)
    assert ORGANISATIONS.objects.get(superseded_at=None, valid_to=None).address.endswith("新路 1 号")


def test_the_command_line(tmp_path, capsys):
    make_office("police", function="public-security", area="3303")
    account = make_account(CLERK, office="police", area="3303", username="officer")
    first, second = numbers(2)
    file = tmp_path / "名单.csv"
    file.write_bytes(rows_of([new_row(first), new_row(second, name="陈")]))
    out = io.StringIO()
    bad = tmp_path / "bad.csv"
    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_register", "person", str(file), "--as", account.username, "--valid-from", "2026-01-01",
            "--bad", str(bad), "--map", "联系电话=", stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
    assert ended.value.code == 1
    assert "新增 1，变更 0，相同 0，有误 1" in out.getvalue()
    assert "姓名" in bad.read_text("utf-8-sig")
    assert PERSONS.objects.filter(person__number=first).count() == 1
