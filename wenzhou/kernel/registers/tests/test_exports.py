"""Exports: what leaves is what a reading shows, each record with its line; only who asked takes the file, for a day."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import AUDITOR, CITIZEN, CLERK
from wenzhou.kernel.base.errors import Conflict, Invalid, NotFound, Refused
from wenzhou.kernel.base.models import AuditEntry
from wenzhou.kernel.base.testing import at_most_queries, run_due
from wenzhou.kernel.identity.testing import Account, actor_with, client_for, make_account, make_office
from wenzhou.kernel.registers.declaration import register_of
from wenzhou.kernel.registers.models import AccessEntry
from wenzhou.kernel.registers.selectors import own_data_use
from wenzhou.kernel.registers.tests.records import PERSONS, organisation, person
from wenzhou.kernel.registers.transfer.exports import Wish, ask, cancel, export_of, take
from wenzhou.kernel.registers.transfer.imports import tidy
from wenzhou.kernel.registers.transfer.making import make_file
from wenzhou.kernel.registers.transfer.models import Export, ExportState, Format
from wenzhou.kernel.registers.transfer.writing import written

pytestmark = pytest.mark.django_db
REASON = "人口抽样核对"
VERIFY = "population.verify"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WZ_DATA = str(tmp_path)


def police(area="3303", **more):
    make_office("police", function="public-security", area="3303")
    return actor_with(CLERK, office="police", area=area, **more)


def exported(actor, code="person", *, chunk=2, **wish):
    row = ask(actor, register_of(code), Wish(**{"reason": REASON, **wish}), by_job=False)
    make_file(row.id, chunk=chunk)
    row.refresh_from_db()
    assert row.state == ExportState.READY, row.trouble
    return row, b"".join(take(actor, row.id)[1])


def test_without_a_purpose_masked_values_leave_and_every_record_has_its_line():
    actor = police()
    people = [person(name=name) for name in ("林建国", "王明", "陈大文")]
    row, content = exported(actor)
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "公民身份号码,姓名,性别,联系电话,生效日期,有争议的项"
    assert len(lines) == 4
    assert row.done == row.total == 3
    for one in people:
        assert one.number not in content.decode("utf-8-sig")
    assert "林**" in lines[1] or "林*" in lines[1]
    entries = AccessEntry.objects.filter(reader=actor.account)
    assert {entry.subject_person for entry in entries} == {one.id for one in people}
    assert all(entry.masked and entry.fields == [*row.fields, "export"] for entry in entries)
    assert AuditEntry.objects.filter(action="registers.export-ask", actor=actor.account).exists()


def test_for_a_purpose_whole_values_leave_and_the_person_sees_it():
    citizen = actor_with(CITIZEN)
    one = person(name="林建国")
    PERSONS.objects.filter(person=one.id).update(person=citizen.person)
    row, content = exported(police(), purpose=VERIFY, format="jsonl", filters={"name": "林建国"})
    told = json.loads(content)
    assert told["name"] == "林建国"
    assert told["born"]
    assert told["phone"] == "13800001234"
    assert told["valid_from"] == "2015-01-01"
    _, uses = own_data_use(citizen)
    line = uses[0].lines[0]
    assert not line.masked
    assert "批量导出成文件" in {title.zh for title in line.fields}
    assert line.purpose.zh == "核实当事人身份"
    assert row.size == len(content)


def test_an_export_honours_filters_fields_and_area():
    inside = person(name="陈内", division="330302001001")
    person(name="陈外", division="330304001001")
    make_office("police-lc", function="public-security", area="330302")
    county = actor_with(CLERK, office="police-lc")
    _, content = exported(county, purpose=VERIFY, fields=["number", "name"])
    assert content.decode("utf-8-sig").splitlines() == [
        "公民身份号码,姓名,生效日期,有争议的项",
        f"{inside.number},陈内,2015-01-01,",
    ]
    assert exported(county, filters={"name": "陈外"})[0].done == 0
    assert exported(police(), on=date(2014, 1, 1))[0].done == 0
    with pytest.raises(Invalid) as refused:
        ask(
            police(),
            register_of("person"),
            Wish(reason="", purpose="x", format="pdf", filters={"phone": "13800001234"}, fields=["x"]),
        )
    assert set(refused.value.fields) == {"reason", "purpose", "format", "phone", "x"}


def test_every_format_neutralises_formulas_and_is_read_again():
    actor = police()
    one = person()
    PERSONS.objects.filter(person=one.id).update(name="=HYPERLINK(1)")
    row, content = exported(actor, purpose=VERIFY, encoding="gb18030")
    assert row.encoding == "gb18030"
    assert "'=HYPERLINK(1)" in content.decode("gb18030")
    assert not content.startswith(b"\xef\xbb\xbf")
    assert not exported(actor, encoding="utf-8")[1].startswith(b"\xef\xbb\xbf")
    _, book = exported(actor, purpose=VERIFY, format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    cell = next(cell for cell in sheet[2] if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
    assert sheet["G2"].value.date() == date(2015, 1, 1)


def test_a_further_sheet_when_one_is_full(monkeypatch):
    monkeypatch.setattr("wenzhou.kernel.registers.transfer.writing.SHEET_ROWS", 2)
    content = b"".join(written(Format.XLSX, ["a"], [[number] for number in range(5)]))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [["a", 0, 1], ["a", 2, 3], ["a", 4]]


def test_who_may_not_read_may_not_export_nor_take_anothers_file():
    actor = police()
    person()
    row, _ = exported(actor)
    for stranger in (actor_with(CITIZEN), actor_with(AUDITOR)):
        with pytest.raises(Refused):
            ask(stranger, register_of("person"), Wish(reason=REASON))
        with pytest.raises(Refused):
            take(stranger, row.id)
    with pytest.raises(NotFound):
        take(police(), row.id)
    Account.objects.filter(id=actor.account).update(is_active=False)
    waiting = Export.objects.create(
        register="person", account=actor.account, account_name="", reason=REASON, on=date.today(),
        fields=["name"], headings=["name", "a", "b"], format="csv", encoding="utf-8",
    )  # fmt: skip
    make_file(waiting.id)
    waiting.refresh_from_db()
    assert waiting.state == ExportState.REFUSED


def test_the_file_expires_and_is_let_go(tmp_path):
    actor = police()
    person()
    row, _ = exported(actor)
    Export.objects.filter(id=row.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        take(actor, row.id)
    tidy()
    assert export_of(actor, row.id).state == ExportState.EXPIRED


def test_cancelled_nothing_leaves_and_too_many_at_once_are_refused():
    actor = police()
    person()
    wish = Wish(reason=REASON)
    rows = [ask(actor, register_of("person"), wish, by_job=False) for _ in range(3)]
    with pytest.raises(Conflict):
        ask(actor, register_of("person"), wish)
    cancel(actor, rows[0].id)
    make_file(rows[0].id)
    assert not AccessEntry.objects.exists()
    with pytest.raises(Conflict):
        cancel(actor, rows[0].id)
    with pytest.raises(Conflict):
        take(actor, rows[1].id)

    def cancelled(done):
        Export.objects.filter(id=rows[1].id).update(state=ExportState.CANCELLED)

    person()
    make_file(rows[1].id, say=cancelled, chunk=1)
    rows[1].refresh_from_db()
    assert rows[1].sha256 == ""
    assert not AccessEntry.objects.exists()


def test_statements_do_not_grow_with_the_records_of_a_chunk():
    actor = police()
    for _ in range(12):
        person()
    row = ask(actor, register_of("person"), Wish(reason=REASON), by_job=False)
    with at_most_queries(20):
        make_file(row.id)


def test_by_page_and_by_api():
    make_office("police", function="public-security", area="3303")
    account = make_account(CLERK, office="police", area="3303")
    client = client_for(account)
    firm = organisation()
    form = reverse("registers:export-ask", args=["organisation"])
    assert client.get(form).status_code == 200
    refused = client.post(form, {"format": "csv", "encoding": "utf-8", "on": ""})
    assert refused.status_code == 422
    assert "请说明导出的用途" in refused.content.decode()
    page = client.post(
        form, {"reason": REASON, "format": "csv", "encoding": "utf-8", "filter-code": firm.code.lower()}
    )
    going = client.get(page["Location"])
    assert 'hx-trigger="every 2s"' in going.content.decode()
    run_due()
    assert "下载文件" in client.get(page["Location"]).content.decode()
    got = client.get(page["Location"] + "file/")
    assert firm.code in got.getvalue().decode()
    assert "attachment" in got["Content-Disposition"]
    assert (
        client_for(make_account(CLERK, office="police", area="3303")).get(page["Location"]).status_code == 404
    )

    asked = client.post(
        "/api/registers/r/organisation/exports",
        {"reason": REASON, "format": "jsonl"},
        content_type="application/json",
    ).json()
    assert asked["masked"]
    run_due()
    state = client.get(f"/api/registers/exports/{asked['id']}").json()
    assert (state["state"], state["done"]) == ("ready", 1)
    content = client.get(f"/api/registers/exports/{asked['id']}/file").getvalue()
    assert json.loads(content)["code"] == firm.code


def test_from_the_command_line(tmp_path):
    make_office("police", function="public-security", area="3303")
    account = make_account(CLERK, office="police", area="3303", username="officer")
    one = person()
    out = io.StringIO()
    file = tmp_path / "out.xlsx"
    told = ["export_register", "person", str(file), "--as", account.username, "--reason", REASON]
    call_command(
        *told, "--purpose", VERIFY, "--filter", f"number={one.number}", stdout=out, stderr=io.StringIO()
    )
    assert openpyxl.load_workbook(file).active["A2"].value == one.number
    assert "已导出 1 条记录" in out.getvalue()
    with pytest.raises(CommandError, match="用途代码"):
        call_command(*told, "--purpose", "x")
