"""The SMS provider as a folder of files, and the way to the mail server."""

import os
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.mail import DNS_NAME
from django.core.mail.backends.smtp import EmailBackend

from notifications.gateways import PermanentGatewayError
from tests.faults.sender.clock import die_at_the_next_look
from tests.faults.sender.deaths import die_once, first_time
from tests.faults.troubles import Trouble, trouble_of


class JournalSmsGateway:
    """Keeps a line for each call and a file for each SMS that reaches a phone.

    It sends once by reference, as a provider does: a second one under another reference arrives.
    """

    def send(self, *, to: str, text: str, reference: str) -> str:
        trouble, journal = trouble_of(to), Path(settings.JOURNAL_DIR)
        if trouble == Trouble.AFTER_BEGIN:
            die_once(reference)
        note(journal / "sms-calls", f"{reference} {to} {os.getpid()}")
        if trouble == Trouble.REFUSED:
            raise PermanentGatewayError
        if trouble == Trouble.BEFORE_ACCEPTED:
            die_once(reference)
        time.sleep(settings.SMS_SECONDS)
        deliver(journal / "phones", reference, to)
        self._after(trouble, reference, journal)
        return f"sent-{reference}"

    def _after(self, trouble: Trouble, reference: str, journal: Path) -> None:
        if trouble == Trouble.AFTER_ACCEPTED:
            die_once(reference)
        if trouble == Trouble.AFTER_ANSWER:
            die_at_the_next_look(reference)
        if trouble == Trouble.HELD and first_time(journal / "held", reference):
            wait_for(journal / "let-go")
        if trouble == Trouble.ALWAYS_SILENT or (
            trouble == Trouble.SILENT and first_time(journal / "silences", reference)
        ):
            raise TimeoutError


class TellingEmailBackend(EmailBackend):
    """Tells the mail server which process is talking, so that it can kill it."""

    def open(self) -> Any:
        DNS_NAME._fqdn = f"pid-{os.getpid()}.example.org"
        return super().open()

    def send_messages(self, email_messages: Any) -> int:
        [message] = email_messages
        reference, trouble = message.extra_headers["Message-ID"], trouble_of(message.to[0])
        if trouble == Trouble.AFTER_BEGIN:
            die_once(reference)
        sent = super().send_messages(email_messages)
        if trouble == Trouble.AFTER_ANSWER:
            die_at_the_next_look(reference)
        return int(sent or 0)


def note(path: Path, line: str) -> None:
    """Add a line that outlives whatever is killed next."""
    with path.open("a") as journal:
        journal.write(f"{line}\n")
        journal.flush()
        os.fsync(journal.fileno())


def deliver(folder: Path, name: str, to: str) -> None:
    """Leave a file that says who got it; the second of one name changes nothing."""
    folder.mkdir(exist_ok=True)
    with NamedTemporaryFile("w", dir=folder.parent) as draft:
        draft.write(to)
        draft.flush()
        os.fsync(draft.fileno())
        if not (folder / name).exists():
            os.link(draft.name, folder / name)


def wait_for(path: Path) -> None:
    """Wait until the test has made a file."""
    while not path.exists():
        time.sleep(0.02)
