"""People at the same time: each has a connection that is kept, and asks again as soon as it is answered.

Plain sockets, since the two cores are shared with the server: an HTTP library would cost more than the pages.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

WARM_UP = 3  # requests of each client before the clock starts, so that every worker and cache is warm
CSRF = "b" * 32


class NotAnswered(Exception):
    """The server answered something else than was measured for."""


@dataclass(frozen=True)
class Request:
    path: str
    data: dict[str, str] | None = None
    answer: int = 200

    def written(self, port: int, session: str) -> bytes:
        """As it goes over the wire from a proxy that ends TLS."""
        lines = [
            f"{'GET' if self.data is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "X-Forwarded-Proto: https",
            f"Cookie: sessionid={session}; csrftoken={CSRF}",
        ]
        body = b""
        if self.data is not None:
            body = urlencode({"csrfmiddlewaretoken": CSRF, **self.data}).encode()
            lines += [
                f"Origin: https://127.0.0.1:{port}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Load:
    """What so many clients got in so many seconds; the times in seconds."""

    seconds: float
    times: list[float]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, percent: int) -> float:
        """The time that so many of a hundred answers kept within."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def answer_of(head: bytes, body: bytes = b"") -> Answer:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@dataclass
class Connection:
    """A connection that is kept for as long as the server wants."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> "Connection":
        return cls(port, *await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: Request, session: str) -> Answer:
        """The answer; raises NotAnswered when it is not the one the request is measured for."""
        self.writer.write(request.written(self.port, session))
        head = answer_of(await self.reader.readuntil(b"\r\n\r\n"))
        body = await self.reader.readexactly(int(head.headers.get("content-length", "0")))
        if head.status != request.answer:
            raise NotAnswered(f"{request.path}: {head.status} {head.headers.get('location', '')}")
        if head.headers.get("connection") == "close":
            self.close()
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return Answer(head.status, head.headers, body)

    def close(self) -> None:
        self.writer.close()


def load(port: int, sessions: list[str], seconds: float, next_request: Callable[[int], Request]) -> Load:
    """One client for each session; `next_request` gives what client number so and so asks for now."""
    return asyncio.run(_load(port, sessions, seconds, next_request))


async def _load(port: int, sessions: list[str], seconds: float, next_request: Callable[[int], Request]) -> Load:
    times: list[float] = []
    warm = asyncio.Barrier(len(sessions))
    spans: list[tuple[float, float]] = []

    async def client(number: int, session: str) -> None:
        connection = await Connection.to(port)
        for _turn in range(WARM_UP):
            await connection.ask(next_request(number), session)
        connection.close()
        await warm.wait()  # perhaps longer than the server keeps an idle connection
        connection = await Connection.to(port)
        began = begun = time.perf_counter()
        while begun < began + seconds:
            await connection.ask(next_request(number), session)
            answered = time.perf_counter()
            times.append(answered - begun)
            begun = answered
        spans.append((began, begun))
        connection.close()

    async with asyncio.TaskGroup() as clients:
        for number, session in enumerate(sessions):
            clients.create_task(client(number, session))
    return Load(max(end for _begin, end in spans) - min(begin for begin, _end in spans), times)


def ask_once(port: int, session: str, request: Request) -> Answer:
    async def once() -> Answer:
        connection = await Connection.to(port)
        answer = await connection.ask(request, session)
        connection.close()
        return answer

    return asyncio.run(once())
