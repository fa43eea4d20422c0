"""The ways out: an SMS gateway, chosen by the settings, and Django's e-mail backend.

Both say what is known when something goes wrong. ``TemporaryGatewayError`` and
``PermanentGatewayError`` promise that nothing was sent by this call; after any other exception
nobody knows.
"""

import contextlib
import json
import os
import smtplib
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol, Self, runtime_checkable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.utils.module_loading import import_string

SMTP_OK = 250


class TemporaryGatewayError(Exception):
    """Not sent; it may go better later, and not before ``retry_after`` where that is known."""

    def __init__(self, *args: object, retry_after: timedelta | None = None) -> None:
        super().__init__(*args)
        self.retry_after = retry_after


class PermanentGatewayError(Exception):
    """Not sent, and it never will be."""


class SmsGateway(Protocol):
    """Sends one SMS.

    ``send`` is idempotent by ``reference``: called again with the same one it sends nothing and
    returns the same provider reference. One that is not must be a ``SearchableGateway``. It answers
    or raises within two minutes.
    """

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Send ``text`` to an E.164 number and return the provider's reference."""
        ...


@runtime_checkable
class SearchableGateway(SmsGateway, Protocol):
    """Can be asked whether it has sent an SMS: before each attempt after one that is in doubt."""

    def find(self, *, reference: str, since: datetime) -> str | None:
        """Return what ``send`` returned, or would have, for this reference; None if not sent.

        ``since`` is before the first attempt. Raises when it cannot be told.
        """
        ...


class FileSmsGateway:
    """Writes each SMS as a file of JSON under ``OUTBOX_DIR/sms``, for demo and tests."""

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Write the file, once per reference."""
        folder = Path(settings.OUTBOX_DIR) / "sms"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sms = {"from": settings.SMS_SENDER, "to": to, "text": text, "reference": reference}
        with NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".") as draft:
            json.dump(sms, draft, ensure_ascii=False, indent=2)
            draft.flush()
            # Appears whole or not at all, and the first one wins.
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, folder / f"{reference}.json")
        return f"file-{reference}"

    def find(self, *, reference: str, since: datetime) -> str | None:  # noqa: ARG002 - all are kept
        """Look for the file."""
        path = Path(settings.OUTBOX_DIR) / "sms" / f"{reference}.json"
        return f"file-{reference}" if path.exists() else None


def sms_gateway() -> SmsGateway:
    """Return the gateway that ``SMS_GATEWAY`` names."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return gateway


def send_sms(*, to: str, text: str, reference: str, in_doubt_since: datetime | None = None) -> str:
    """Send one SMS through the configured gateway and return the provider's reference.

    ``in_doubt_since`` is before the first attempt, when one of them may have gone through.
    Raises ``TemporaryGatewayError`` when there is no gateway to ask, or it cannot tell whether it
    sent the SMS, and whatever its ``send`` raises.
    """
    try:
        gateway = sms_gateway()
    except Exception as error:
        raise TemporaryGatewayError from error
    if in_doubt_since is not None and isinstance(gateway, SearchableGateway):
        found = _found(gateway, reference=reference, since=in_doubt_since)
        if found:
            return found
    return gateway.send(to=to, text=text, reference=reference)


def _found(gateway: SearchableGateway, *, reference: str, since: datetime) -> str | None:
    """Ask whether it was sent; to ask sends nothing, whatever goes wrong."""
    try:
        return gateway.find(reference=reference, since=since)
    except TemporaryGatewayError:
        raise
    except Exception as error:
        raise TemporaryGatewayError from error


class MailLine:
    """The line to the mail server: several e-mails can go over one connection, one at a time.

    The connection is opened for the first, kept while all goes well, and left at the first error.
    """

    def __init__(self) -> None:
        self._open: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Send one e-mail through Django's backend.

        Raises ``TemporaryGatewayError`` or ``PermanentGatewayError`` when the server is not reached
        or says no. Whatever else is raised came after the talk began: the e-mail may have been
        sent.
        """
        kept, connection = False, self._connection()
        try:
            sent = connection.send_messages([message])
            # Other backends gain nothing by it: one that writes files writes one a connection.
            kept = isinstance(connection, SmtpBackend)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise PermanentGatewayError from error
        finally:
            if not kept:
                self.close()
        if sent == 0:
            raise TemporaryGatewayError

    def close(self) -> None:
        """Leave the server; what goes wrong while saying goodbye changes nothing."""
        connection, self._open = self._open, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _connection(self) -> BaseEmailBackend:
        if self._open is not None and not _answers(self._open):
            self.close()
        if self._open is None:
            try:
                connection = get_connection()
                connection.open()
            except Exception as error:
                raise TemporaryGatewayError from error
            self._open = connection
        return self._open


def send_email(message: EmailMessage) -> None:
    """Send one e-mail over a line of its own; raises what ``MailLine.send`` raises."""
    with MailLine() as line:
        line.send(message)


def _answers(connection: BaseEmailBackend) -> bool:
    """Tell whether a server that was left waiting is still there.

    Asked before each further e-mail: one that had hung up meanwhile would else leave an e-mail that
    was never sent in doubt.
    """
    assert isinstance(connection, SmtpBackend)
    if connection.connection is None:
        return False
    try:
        code, _ = connection.connection.noop()
    except (OSError, smtplib.SMTPException):
        return False
    return bool(code == SMTP_OK)


def _refusal(smtp_code: int) -> TemporaryGatewayError | PermanentGatewayError:
    permanent = 500 <= smtp_code < 600
    return PermanentGatewayError() if permanent else TemporaryGatewayError()
