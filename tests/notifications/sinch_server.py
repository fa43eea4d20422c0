"""A server on loopback that behaves like Sinch's SMS API, and misbehaves where a test wants it to.

What it checks and answers is what developers.sinch.com/docs/sms says of ``batches``.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PLAN, TOKEN, SECRET = "plan-1", "token-1", "webhook-secret-1"
MOST_CHARACTERS = 2000


class SinchServer(ThreadingHTTPServer):
    """Keeps the batches it took, and what was asked. ``next`` are the moods of the next calls."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.batches: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.next: list[Callable[[Call], None]] = []
        self.over = Event()
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def sent_to(self, reference: str) -> list[dict[str, Any]]:
        return [one for one in self.batches if one["client_reference"] == reference]

    def handle_error(self, request, client_address) -> None:
        """Say nothing of a caller who has hung up."""


class Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SinchServer

    def do_POST(self) -> None:
        self.server.asked.append("POST")
        self.words = self.rfile.read(int(self.headers["Content-Length"]))
        self.in_its_mood(self.take)

    def do_GET(self) -> None:
        self.server.asked.append("GET")
        self.in_its_mood(self.list)

    def in_its_mood(self, politely: Callable[[], None]) -> None:
        if self.server.next:
            self.server.next.pop(0)(self)
        else:
            politely()

    def is_let_in(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return True
        self.answer(401, {"code": "unauthorized", "text": "Incorrect credentials."})
        return False

    def take(self) -> None:
        batch = self.keep()
        if batch is not None:
            self.answer(201, batch)

    def keep(self) -> dict[str, Any] | None:
        """Keep a batch as Sinch would; answer and return None where it would not."""
        if not self.is_let_in():
            return None
        if self.path != f"/xms/v1/{PLAN}/batches":
            self.answer(404, {"code": "not_found", "text": "No such plan."})
            return None
        asked = json.loads(self.words)
        right = (
            all(re.fullmatch(r"\+?\d{7,15}", number) for number in asked["to"])
            and 0 < len(asked["body"]) <= MOST_CHARACTERS
            and asked["type"] == "mt_text"
        )
        if not right:
            text = f"Invalid: {asked['to']}"
            self.answer(400, {"code": "syntax_invalid_parameter_format", "text": text})
            return None
        with self.server.lock:
            batch = {"id": f"01FC66621{len(self.server.batches):017d}", "canceled": False, **asked}
            self.server.batches.append(batch)
        return batch

    def list(self) -> None:
        if not self.is_let_in():
            return
        wanted = parse_qs(urlsplit(self.path).query)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", wanted["start_date"][0])
        found = self.server.sent_to(wanted["client_reference"][0])
        self.answer(200, {"count": len(found), "page": 0, "page_size": 10, "batches": found})

    def answer(self, status: int, content: Any, **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def says(status: int, content: Any = b"", **headers: str) -> Callable[[Call], None]:
    """Answer so, and take nothing."""
    return lambda call: call.answer(status, content, **headers)


def takes_and_says(status: int, content: Any = b"") -> Callable[[Call], None]:
    """Take the batch, and answer so."""

    def mood(call: Call) -> None:
        call.keep()
        call.answer(status, content)

    return mood


def takes_and_falls_silent(call: Call) -> None:
    call.keep()
    call.server.over.wait()


def takes_and_hangs_up(call: Call) -> None:
    call.keep()
    call.hang_up()


def hangs_up(call: Call) -> None:
    call.hang_up()


def falls_silent(call: Call) -> None:
    call.server.over.wait()


@contextmanager
def sinch_server() -> Iterator[SinchServer]:
    with SinchServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
