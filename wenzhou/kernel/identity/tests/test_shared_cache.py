"""The cache holds across processes: every test here asks the table, as another process would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import connection

from wenzhou.kernel.base.errors import TooMany
from wenzhou.kernel.identity import limits
from wenzhou.kernel.identity.models import CacheEntry
from wenzhou.kernel.identity.shared_cache import SharedCache, purge


@pytest.mark.django_db
class TestCache:
    def test_it_is_the_citys_cache(self):
        assert isinstance(caches["default"], SharedCache)

    def test_set_get_delete(self):
        cache.set("a", {"x": [1, 2]}, 60)
        cache.set("b", None)
        assert cache.get("a") == {"x": [1, 2]}
        assert cache.get("b", "other") is None
        assert cache.get("c", "other") == "other"
        assert cache.get_many(["a", "c"]) == {"a": {"x": [1, 2]}}
        assert cache.delete("a") is True
        assert cache.delete("a") is False

    def test_add_waits_for_the_end(self):
        with time_machine.travel("2026-03-01T00:00:00Z", tick=False):
            assert cache.add("k", 1, 10) is True
            assert cache.add("k", 2, 10) is False
            assert cache.touch("k", 5) is True
        with time_machine.travel("2026-03-01T00:00:06Z", tick=False):
            assert cache.get("k") is None
            assert cache.touch("k", 5) is False
            assert cache.add("k", 3, 10) is True
            assert cache.get("k") == 3

    def test_purge_removes_only_what_has_ended(self):
        with time_machine.travel("2026-03-01T00:00:00Z", tick=False):
            cache.set("short", 1, 10)
            cache.set("long", 1, 1000)
            cache.set("ever", 1, None)
        with time_machine.travel("2026-03-01T00:01:00Z", tick=False):
            assert purge() == 1
            assert CacheEntry.objects.count() == 2

    def test_incr_of_nothing(self):
        with pytest.raises(ValueError):
            cache.incr("nothing")

    def test_limit(self):
        for _ in range(3):
            limits.count("act", "me", most=3, seconds=60)
        with pytest.raises(TooMany):
            limits.count("act", "me", most=3, seconds=60)
        limits.count("act", "you", most=3, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_adds_and_all_are_counted():
    def attempt(number):
        try:
            added = cache.add("once", number, 60)
            cache.add("sum", 0, 60)
            cache.incr("sum")
        finally:
            connection.close()
        return added

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(attempt, range(24)))
    assert sum(results) == 1
    assert cache.get("sum") == 24
