"""The malware hook: the built-in test string, the clamd protocol, and clamd itself where it is installed."""

import shutil
import socketserver
import struct
import subprocess
import threading
import time

import pytest

from wenzhou.kernel.documents.scan import (
    EICAR,
    ClamdScanner,
    ScannerUnavailable,
    TestStringScanner,
    scanner_for,
)


@pytest.fixture
def file_of(tmp_path):
    def make(content: bytes):
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return make


def test_the_built_in_scanner_finds_the_test_string_anywhere(file_of):
    scanner = scanner_for("")
    assert isinstance(scanner, TestStringScanner)
    assert scanner.found(file_of(b"clean" * 100_000)) is None
    for before in (0, 10, 65536 - 30, 200_000):
        assert scanner.found(file_of(b"a" * before + EICAR + b"b" * 100)) == "Eicar-Test-Signature"


class Clamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM as clamd does, byte for byte, and finds the test string."""

    limit = 1_000_000

    def handle(self):
        if self.read(10) != b"zINSTREAM\0":
            return self.request.sendall(b"UNKNOWN COMMAND\0")
        content = b""
        while size := struct.unpack("!I", self.read(4))[0]:
            content += self.read(size)
            if len(content) > self.limit:
                return self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
        return self.request.sendall(found)

    def read(self, size):
        part = b""
        while len(part) < size:
            part += self.request.recv(size - len(part))
        return part


@pytest.fixture
def clamd():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"tcp://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_protocol_of_clamd(clamd, file_of):
    scanner = scanner_for(clamd)
    assert scanner.found(file_of(b"")) is None
    assert scanner.found(file_of(b"clean" * 50_000)) is None
    assert scanner.found(file_of(b"x" * 100_000 + EICAR)) == "Win.Test.EICAR_HDB-1"
    with pytest.raises(ScannerUnavailable, match=r"size limit|reset|Broken"):
        scanner.found(file_of(b"x" * 3_000_000))


def test_a_scanner_that_does_not_answer_is_said_so(file_of, tmp_path):
    for address in ("127.0.0.1:1", f"unix:{tmp_path}/none.sock", "nonsense"):
        with pytest.raises(ScannerUnavailable):
            ClamdScanner(address, timeout=1).found(file_of(b"x"))


@pytest.mark.process
@pytest.mark.skipif(shutil.which("clamd") is None, reason="clamd is not installed")
def test_clamd_itself_with_one_signature(tmp_path, file_of):
    database = tmp_path / "db"
    database.mkdir()
    (database / "test.ndb").write_text(f"Eicar.Test:0:*:{EICAR.hex()}\n")
    socket_path = tmp_path / "clamd.sock"
    config = tmp_path / "clamd.conf"
    config.write_text(
        f"LocalSocket {socket_path}\nDatabaseDirectory {database}\nForeground yes\nTemporaryDirectory {tmp_path}\n"
    )
    process = subprocess.Popen(["clamd", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not socket_path.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        scanner = scanner_for(f"unix:{socket_path}")
        assert scanner.found(file_of(b"clean" * 1000)) is None
        assert scanner.found(file_of(b"..." + EICAR)) == "Eicar.Test.UNOFFICIAL"
    finally:
        process.terminate()
        process.wait(10)
