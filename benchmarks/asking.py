"""The one who asks: plain HTTP/1.1 over kept-alive connections, cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """GET of these paths in turn, with these cookies."""

    port: int
    paths: Sequence[str]
    cookies: dict[str, str] = field(default_factory=dict)

    def heads(self) -> list[bytes]:
        """The requests as they go over the wire."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = f"Cookie: {cookie}\r\n" if cookie else ""
        host = f"Host: 127.0.0.1:{self.port}\r\nAccept-Language: zh-CN\r\n{line}\r\n"
        return [f"GET {path} HTTP/1.1\r\n{host}".encode() for path in self.paths]


@dataclass(frozen=True, slots=True)
class Answers:
    """Whole answers within a time: how many a second, and how long each took (s), by the path's place as well."""

    rate: float
    seconds: list[float]
    by_path: list[list[float]]


def ask(question: Question, seconds: float, connections: int, *, rounds: int = 0) -> Answers:
    """Ask for so long over so many connections, and for every path so often at least.

    Raises RuntimeError for any answer but 200.
    """
    return asyncio.run(_all(question, seconds, connections, rounds))


async def _all(question: Question, seconds: float, connections: int, rounds: int) -> Answers:
    heads = question.heads()
    start = time.perf_counter()
    taken: list[list[float]] = [[] for _ in heads]
    pairs = list(zip(heads, taken, strict=True))
    step = max(1, len(pairs) // connections)
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            shifted = pairs[number * step :] + pairs[: number * step]
            group.create_task(_one(question.port, shifted, start + seconds, rounds))
    found = [one for times in taken for one in times]
    return Answers(len(found) / (time.perf_counter() - start), found, taken)


async def _one(port: int, asked: Sequence[tuple[bytes, list[float]]], until: float, rounds: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number, (head, taken) in enumerate(itertools.cycle(asked)):
            began = time.perf_counter()
            if began >= until and number >= rounds * len(asked):
                return
            writer.write(head)
            await _answer(reader)
            taken.append(time.perf_counter() - began)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode(errors="replace"))
    lower = head.lower()
    if b"content-length:" in lower:
        await reader.readexactly(int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
        return
    while size := int((await reader.readuntil(b"\r\n")), 16):  # chunked (RFC 9112 §7.1)
        await reader.readexactly(size + 2)
    await reader.readexactly(2)
