"""Imports by page: upload, columns, dry run, load, bad rows, going on, cancelling; for those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from wenzhou.kernel.base.actors import AUDITOR, CLERK
from wenzhou.kernel.base.malware import EICAR
from wenzhou.kernel.base.testing import at_most_queries, run_due
from wenzhou.kernel.identity.testing import client_for, make_account, make_office
from wenzhou.kernel.registers.tests.records import PERSONS, person
from wenzhou.kernel.registers.tests.test_imports import new_row, numbers, rows_of
from wenzhou.kernel.registers.transfer.models import Import, ImportState

pytestmark = pytest.mark.django_db
NEW = "/registers/r/person/import/"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WZ_DATA = str(tmp_path)


@pytest.fixture
def client():
    make_office("police", function="public-security", area="3303")
    return client_for(make_account(CLERK, office="police", area="3303"))


def upload(client, content, name="名单.csv"):
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)})


def mapping(*fields, **more):
    columns = {f"column-{place}": name for place, name in enumerate(fields)}
    return {"step": "check", "valid_from": "2026-01-01", "foreign": "propose", **columns, **more}


def words(client, page):
    return client.get(page).content.decode()


def test_from_the_file_to_the_register_and_the_bad_rows_back(client):
    first, second = numbers(2)
    content = rows_of([new_row(first), new_row(second, name="陈")]).decode().encode("gb18030")
    page = upload(client, content)["Location"]
    shown = words(client, page)
    assert "GB18030" in shown
    assert "陈大文" in shown, "the first rows"
    assert '<option value="name" selected>' in shown, "guessed by its title"

    answer = client.post(page, mapping("number", "name", "sex", "born", "number"))
    assert answer.status_code == 422
    assert "已有另一列对应此项" in answer.content.decode()
    assert not PERSONS.objects.exists()

    assert client.post(page, mapping("number", "name", "sex", "born", "phone")).status_code == 302
    assert 'hx-trigger="every 2s"' in words(client, page)
    run_due()
    report = words(client, page)
    assert "试运行结果" in report
    assert "有误的原因" in report
    assert "第 3 行" in report
    state, mapped = report.index('id="import-state"'), report.index('id="mapping"')
    assert state < mapped, "what is polled brings the columns too, to choose otherwise"
    assert not PERSONS.objects.exists()
    client.post(page, {"step": "load"})
    run_due()
    assert "入库结果" in words(client, page)
    assert PERSONS.objects.get(person__number=first).name == "陈大文"
    bad = client.get(page + "bad/")
    assert second in bad.getvalue().decode("utf-8-sig")
    assert "attachment" in bad["Content-Disposition"]
    assert "名单.csv" in words(client, reverse("registers:imports") + "?register=person")

    again = upload(client, content)["Location"]
    row = Import.objects.order_by("-id")[0]
    assert row.fields == ["number", "name", "sex", "born", "phone"], "remembered"
    assert client.post(again, mapping(*row.fields, all_or_nothing="1")).status_code == 302
    run_due()
    assert "按现在的选择不能入库" in words(client, again)
    assert client.post(again, {"step": "load"}, follow=True).status_code == 200
    assert Import.objects.get(id=row.id).state == ImportState.CHECKED


def test_what_cannot_be_a_file_of_rows_is_said_beside_the_field(client):
    for content, remedy in ((b"", "空文件"), (b"MZ\x00", "不是表格"), (EICAR, "病毒")):
        answer = upload(client, content)
        assert answer.status_code == 422
        assert remedy in answer.content.decode()
    assert "请选择文件" in client.post(NEW).content.decode()
    assert not Import.objects.exists()
    page = upload(client, rows_of([new_row(numbers(1)[0])]).decode().encode("gb18030"))["Location"]
    refused = client.post(page, {"step": "read", "encoding": "utf-8"})
    assert refused.status_code == 422
    assert "不符合这种字符编码" in refused.content.decode()
    assert client.post(page, {"step": "nonsense"}).status_code == 403


def test_one_that_stands_still_goes_on_and_one_that_is_not_wanted_stops(client):
    content = rows_of([new_row(number) for number in numbers(2)])
    page = upload(client, content)["Location"]
    fields = Import.objects.get().fields
    client.post(page, mapping(*fields))
    run_due()
    client.post(page, {"step": "load"})
    assert "继续" not in words(client, page)
    client.post(page, {"step": "go-on"})
    Import.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert "可能已中断" in words(client, page)
    client.post(page, {"step": "go-on"})
    run_due()
    assert PERSONS.objects.count() == 2

    other = upload(client, content)["Location"]
    client.post(other, {"step": "cancel"})
    assert "已取消" in words(client, other)
    assert "已完成" in words(client, page)
    assert client.post(other, mapping(*fields), follow=True).status_code == 200
    assert Import.objects.order_by("-id")[0].state == ImportState.CANCELLED


def test_other_offices_see_nothing_of_it_and_who_may_not_import_no_page(client):
    page = upload(client, rows_of([new_row(numbers(1)[0])]))["Location"]
    make_office("market", function="market-supervision")
    other = client_for(make_account(CLERK, office="market"))
    assert other.get(page).status_code == 404
    assert other.get(page + "bad/").status_code == 404
    assert other.post(page, {"step": "cancel"}).status_code == 404
    assert "名单.csv" not in words(other, reverse("registers:imports"))
    auditor = client_for(make_account(AUDITOR))
    assert auditor.get(NEW).status_code == 403
    assert auditor.post(NEW).status_code == 403


def test_the_list_takes_no_statement_for_each_row(client):
    known = person()
    for _ in range(4):
        upload(client, rows_of([(known.number, "陈新", "", "", "")]))
    client.get(reverse("registers:imports"))
    with at_most_queries(14):
        client.get(reverse("registers:imports"))
