from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from wenzhou.kernel.registers.models import AccessEntry

pytestmark = pytest.mark.django_db


def test_the_journal_needs_a_subject():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessEntry.objects.create(
            reader_name="x", consumer="c", resource="r", purpose="p", fields=["name"], masked=True
        )


def test_btree_gist_is_there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'")
        assert cursor.fetchone() == (1,)
