"""Gateways and e-mail backends for tests: each is somebody else's service behaving in one way."""

import os
import smtplib
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.gateways import (
    FileSmsGateway,
    PermanentGatewayError,
    TemporaryGatewayError,
)


class CountingSmsGateway:
    """Sends whatever it is asked to, doubles too, and remembers it."""

    calls: ClassVar[list[dict[str, str]]] = []
    lock: ClassVar[threading.Lock] = threading.Lock()

    def send(self, *, to: str, text: str, reference: str) -> str:
        time.sleep(0.005)
        with self.lock:
            self.calls.append({"to": to, "text": text, "reference": reference})
        return f"sent-{reference}"


class DownSmsGateway:
    def send(self, *, to: str, text: str, reference: str) -> str:
        raise TemporaryGatewayError


class RefusingSmsGateway:
    def send(self, *, to: str, text: str, reference: str) -> str:
        raise PermanentGatewayError


class FallingSilentSmsGateway:
    def send(self, *, to: str, text: str, reference: str) -> str:
        raise TimeoutError(f"no answer about {to}: {text}")


class DyingSmsGateway(FileSmsGateway):
    """Takes the SMS; then the process that asked is killed before it hears so."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        super().send(to=to, text=text, reference=reference)
        os._exit(9)

    def find(self, *, reference: str, since: datetime) -> str | None:
        """Know nothing of it, so that each attempt sends: once for its reference."""
        return None


class ChokingSmsGateway(FileSmsGateway):
    """Kills the process that asks for one SMS, each time."""

    on: ClassVar[str] = ""

    def send(self, *, to: str, text: str, reference: str) -> str:
        if reference == self.on:
            os._exit(9)
        return super().send(to=to, text=text, reference=reference)


class DyingLaterSmsGateway(FileSmsGateway):
    """Takes seven SMS; then the process that asked is killed before it hears of the seventh."""

    taken: ClassVar[int] = 0

    def send(self, *, to: str, text: str, reference: str) -> str:
        answer = super().send(to=to, text=text, reference=reference)
        type(self).taken += 1
        if self.taken == 7:
            os._exit(9)
        return answer


class DyingEmailBackend(BaseEmailBackend):
    """The process is killed in the middle of the talk with the server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        os._exit(9)


class CutOffEmailBackend(BaseEmailBackend):
    """The line is cut before the server's last word."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected(f"cut off: {email_messages[0].to}")


class HookedSmsGateway:
    """Does what a test wants done in the middle of an attempt."""

    during: ClassVar[Any] = None

    def send(self, *, to: str, text: str, reference: str) -> str:
        type(self).during(reference)
        return "hooked"
