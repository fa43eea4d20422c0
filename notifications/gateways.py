"""The ways out: an SMS gateway, chosen by the settings, and Django's e-mail backend.

Both say what is known when something goes wrong. ``TemporaryGatewayError`` and
``PermanentGatewayError`` promise that nothing was sent by this call; after any other exception
nobody knows.
"""

import contextlib
import json
import os
import smtplib
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

# For each step of the talk with the mail server; all of them together stay within the lease.
EMAIL_TIMEOUT_SECONDS = 15


class TemporaryGatewayError(Exception):
    """Not sent; it may go better later."""


class PermanentGatewayError(Exception):
    """Not sent, and it never will be."""


class SmsGateway(Protocol):
    """Sends one SMS.

    ``send`` is idempotent by ``reference``: called again with the same one it sends nothing and
    returns the same provider reference. It answers or raises within two minutes.
    """

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Send ``text`` to an E.164 number and return the provider's reference."""
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


def sms_gateway() -> SmsGateway:
    """Return the gateway that ``SMS_GATEWAY`` names."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return gateway


def send_sms(*, to: str, text: str, reference: str) -> str:
    """Send one SMS through the configured gateway and return the provider's reference.

    Raises ``TemporaryGatewayError`` when there is no gateway to ask, and whatever it raises.
    """
    try:
        gateway = sms_gateway()
    except Exception as error:
        raise TemporaryGatewayError from error
    return gateway.send(to=to, text=text, reference=reference)


def send_email(message: EmailMessage) -> None:
    """Send one e-mail through Django's backend.

    Raises ``TemporaryGatewayError`` or ``PermanentGatewayError`` when the server is not reached or
    says no. Whatever else is raised came after the talk began: the e-mail may have been sent.
    """
    try:
        connection = get_connection(timeout=EMAIL_TIMEOUT_SECONDS)
        connection.open()
    except Exception as error:
        raise TemporaryGatewayError from error
    try:
        sent = connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(min(code for code, _ in error.recipients.values())) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise PermanentGatewayError from error
    finally:
        # What goes wrong while saying goodbye changes nothing.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()
    if sent == 0:
        raise TemporaryGatewayError


def _refusal(smtp_code: int) -> TemporaryGatewayError | PermanentGatewayError:
    permanent = 500 <= smtp_code < 600
    return PermanentGatewayError() if permanent else TemporaryGatewayError()
