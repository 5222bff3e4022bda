"""The malware hook: a `Scanner` looks at a file before it is kept.

Two back ends: ClamAV's daemon over its INSTREAM protocol (clamd(8)), used when `WZ_CLAMD` names its socket; and a
built-in one that knows the EICAR test string only, so that the refusal can be exercised anywhere. The built-in one
is no protection and says so in its name.
"""

from __future__ import annotations

import re
import socket
import struct
from pathlib import Path
from typing import Final, Protocol

EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless test string of eicar.org (68 bytes), in two parts so that this file is not itself found."""
CHUNK: Final = 64 * 1024


class ScannerUnavailable(RuntimeError):
    """The scanner did not answer; a file that was not scanned is not accepted."""


class Scanner(Protocol):
    """Looks for malware."""

    def found(self, path: Path) -> str | None:
        """The name of what was found in the file, or None when it is clean. Raises `ScannerUnavailable`."""


class TestStringScanner:
    """Finds the EICAR test string anywhere in a file, and nothing else."""

    __test__ = False  # not a test class

    def found(self, path: Path) -> str | None:
        """`Eicar-Test-Signature` or None."""
        tail = b""
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                if EICAR in tail + chunk:
                    return "Eicar-Test-Signature"
                tail = chunk[-len(EICAR) :]
        return None


class ClamdScanner:
    """Asks clamd at `address`: ``unix:/run/clamav/clamd.ctl``, ``tcp://host:3310`` or ``host:3310``."""

    def __init__(self, address: str, *, timeout: float = 30.0) -> None:
        self.address = address
        self.timeout = timeout

    def _connect(self) -> socket.socket:
        if self.address.startswith(("unix:", "/")):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self.timeout)
            connection.connect(self.address.removeprefix("unix:").removeprefix("//"))
            return connection
        host, _, port = self.address.removeprefix("tcp://").rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.timeout)

    def found(self, path: Path) -> str | None:
        """Send the file with INSTREAM: chunks with a four-byte big-endian length, ended by a zero length."""
        try:
            with self._connect() as connection:
                reply = self._exchange(connection, path)
        except (OSError, ValueError) as error:
            raise ScannerUnavailable(f"clamd at {self.address}: {error}") from error
        if reply == "stream: OK":
            return None
        infected = re.fullmatch(r"stream: (.+) FOUND", reply)
        if infected:
            return infected.group(1)
        raise ScannerUnavailable(f"clamd at {self.address} said {reply[:200]!r}")

    @staticmethod
    def _exchange(connection: socket.socket, path: Path) -> str:
        connection.sendall(b"zINSTREAM\0")
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # over clamd's StreamMaxLength it answers and closes before the end: read that answer
        reply = b""
        while not reply.endswith(b"\0") and len(reply) < 4096 and (part := connection.recv(4096)):
            reply += part
        return reply.rstrip(b"\0").decode("utf-8", "replace")


def scanner_for(address: str) -> Scanner:
    """The scanner that the setting `WZ_CLAMD` asks for; empty means the built-in one."""
    return ClamdScanner(address) if address else TestStringScanner()
