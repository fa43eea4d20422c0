"""A mail server on loopback that says no, or hangs up, where a test wants it to."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import ClassVar

HANG_UP = ""
# No answer, and the line stays open until the other side has had enough.
SILENCE = "..."


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as one e-mail needs; keeps what it accepted."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.answers = Talk.POLITE | answers
        self.accepted: list[bytes] = []
        self.talks = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    POLITE: ClassVar[dict[str, str]] = {
        "hello": "220 ready",
        "EHLO": "250 ok",
        "HELO": "250 ok",
        "MAIL": "250 ok",
        "RCPT": "250 ok",
        "DATA": "354 go on",
        "end": "250 taken",
        "RSET": "250 ok",
        "NOOP": "250 ok",
        "QUIT": "221 bye",
    }
    server: MailServer

    def handle(self) -> None:
        self.server.talks += 1
        if not self.answer("hello"):
            return
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper()
            if not self.answer(command):
                return
            if command == "DATA" and self.server.answers["DATA"].startswith("354"):
                words = self.words()
                if self.server.answers["end"].startswith("250"):
                    self.server.accepted.append(words)
                if not self.answer("end"):
                    return

    def answer(self, command: str) -> bool:
        answer = self.server.answers[command]
        if answer == SILENCE:
            self.rfile.read()
            return False
        if answer != HANG_UP:
            self.wfile.write(f"{answer}\r\n".encode())
        return answer != HANG_UP and command != "QUIT"

    def words(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)


@contextmanager
def mail_server(**answers: str) -> Iterator[MailServer]:
    """Run a server that answers as told: by command, "hello" and "end" (of the words)."""
    with MailServer(answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
