"""The store: whole or not at all, once, verified; also when two come at once or one is killed."""

import hashlib
import multiprocessing
import os
import signal
import threading
import time

import pytest

from wenzhou.kernel.base.file_store import Damaged, FileStore, Missing, StoreError, TooLarge


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def visible(store: FileStore) -> list[str]:
    return sorted(p.name for p in store.folder.rglob("*") if p.is_file() and p.parent != store.temporary)


def temporary(store: FileStore) -> list[str]:
    return sorted(p.name for p in store.temporary.iterdir()) if store.temporary.is_dir() else []


def test_what_is_put_is_read_back_under_its_hash(store):
    stored = store.put([b"ab", b"", b"c"], limit=3)
    assert stored.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert stored.size == 3
    assert store.read(stored.sha256) == b"abc"
    assert store.verify(stored.sha256) == 3
    assert b"".join(store.verified_chunks(stored.sha256)) == b"abc"
    assert store.path_of(stored.sha256).parent.parent.name == stored.sha256[:2]
    assert temporary(store) == []


def test_whatever_the_umask_no_other_account_gets_at_the_bytes(store):
    before = os.umask(0)
    try:
        store.put([b"abc"], limit=3)
    finally:
        os.umask(before)
    folders = [store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_the_same_bytes_are_kept_once(store):
    first = store.put([b"x" * 1000], limit=1000)
    written = store.path_of(first.sha256).stat().st_mtime_ns
    assert store.put([b"x" * 500, b"x" * 500], limit=1000) == first
    assert visible(store) == [first.sha256]
    assert store.path_of(first.sha256).stat().st_mtime_ns == written


def test_more_than_the_limit_leaves_nothing(store):
    with pytest.raises(TooLarge):
        store.put([b"x" * 10, b"y"], limit=10)
    assert visible(store) == temporary(store) == []


def test_a_sender_that_breaks_off_leaves_nothing(store):
    def broken():
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(broken(), limit=100)
    assert visible(store) == temporary(store) == []


def test_what_is_not_kept_after_staging_is_gone(store):
    with store.stage([b"not wanted"], limit=100) as staged:
        assert staged.path.read_bytes() == b"not wanted"
    assert visible(store) == temporary(store) == []


def test_changed_bytes_are_found_and_not_given_out(store):
    stored = store.put([b"truth"], limit=10)
    path = store.path_of(stored.sha256)
    path.chmod(0o600)
    path.write_bytes(b"lies!")
    for read in (store.read, store.verify, store.verified_chunks):
        with pytest.raises(Damaged):
            read(stored.sha256)


def test_names_that_are_no_hash_never_become_paths(store):
    for name in ("../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"):
        with pytest.raises(StoreError):
            store.open(name)
    with pytest.raises(Missing):
        store.open("a" * 64)


def test_eight_at_once_with_the_same_bytes_keep_one_whole_file(store):
    body = os.urandom(300_000)
    gate = threading.Barrier(8)
    failures = []

    def put():
        try:
            gate.wait()
            store.put([body[:100_000], body[100_000:]], limit=len(body))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert visible(store) == [hashlib.sha256(body).hexdigest()]
    assert store.read(visible(store)[0]) == body
    assert temporary(store) == []


def _write_slowly(folder, started):
    def endless():
        while True:
            yield b"x" * 65536
            started.set()
            time.sleep(0.01)

    FileStore(folder).put(endless(), limit=1 << 40)


def test_killed_half_way_nothing_is_visible_and_the_rest_is_swept(store):
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    writer = context.Process(target=_write_slowly, args=(store.folder, started))
    writer.start()
    assert started.wait(30)
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert visible(store) == []
    assert len(temporary(store)) == 1
    assert store.sweep(older_than=3600) == 0  # it may still be somebody's
    assert store.sweep(older_than=-1) == 1
    assert temporary(store) == []
