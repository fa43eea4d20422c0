"""A mail server in a process of its own: ``python -m tests.faults.mail_process JOURNAL_DIR``.

Prints its port. Each e-mail that it takes is a file under ``mails`` before it says so; it is told
by the recipient's address whom to refuse, when to fall silent and when to kill the sender.
"""

import itertools
import socketserver
import sys
from pathlib import Path

from tests.faults.sender.carriers import deliver, wait_for
from tests.faults.sender.deaths import first_time, kill
from tests.faults.troubles import Trouble, trouble_of

PARTING = "221 bye"
ANSWERS = {"EHLO": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, journal: Path) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.journal = journal
        self.numbers = itertools.count(1)


class Talk(socketserver.StreamRequestHandler):
    server: Server
    sender = 0
    to = ""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode():
            command = line.split()[0].upper()
            if command == "QUIT":
                return self.say(PARTING)
            if command == "EHLO":
                self.sender = int(line.split()[1].split(".")[0].removeprefix("pid-"))
            if command == "RCPT":
                self.to = line.partition("<")[2].partition(">")[0]
                if trouble_of(self.to) == Trouble.REFUSED:
                    self.say("550 no such person")
                    continue
            self.say(ANSWERS.get(command, "250 ok"))
            if command == "DATA":
                self.take()
        return None

    def take(self) -> None:
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # cut off in the middle: no server takes half an e-mail
        trouble, journal = trouble_of(self.to), self.server.journal
        if trouble == Trouble.BEFORE_ACCEPTED and self.kill_once():
            return
        deliver(journal / "mails", f"{next(self.server.numbers)}", self.to)
        if trouble == Trouble.AFTER_ACCEPTED:
            self.kill_once()
        if trouble == Trouble.HELD:
            wait_for(journal / "let-go")
        if trouble == Trouble.ALWAYS_SILENT or (
            trouble == Trouble.SILENT and first_time(journal / "silences", self.to)
        ):
            self.rfile.read()  # until the sender hangs up
            return
        self.say("250 taken")

    def kill_once(self) -> bool:
        first = first_time(self.server.journal / "deaths", self.to)
        if first:
            kill(self.sender, self.server.journal)
        return first

    def say(self, answer: str) -> None:
        try:
            self.wfile.write(f"{answer}\r\n".encode())
        except OSError:
            return  # nobody is there to hear it


if __name__ == "__main__":
    with Server(Path(sys.argv[1])) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
