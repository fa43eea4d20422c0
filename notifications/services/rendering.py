"""Writes the words of a message, in the recipient's language."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils import translation

from notifications.domain.faults import place_of
from notifications.domain.kinds import Attachment, StopLink
from notifications.domain.parts import NO_WORDS, Words
from notifications.domain.placeholders import NoValueError, fill
from notifications.domain.sms_text import in_gsm
from notifications.services.default_words import in_its_lines, render_file
from notifications.services.endings import email_ending, sms_ending
from notifications.services.placeholders import Values, has_words_of_its_own

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sms:
    """An SMS with its words; it lives in memory only."""

    to: str
    text: str


def render_sms(
    *,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    own: Words = NO_WORDS,
    stop: StopLink | None = None,
) -> Sms:
    """Write an SMS from ``own`` words or ``notifications/<kind>.sms.txt``.

    Where it can be stopped, the words end with how: no text can forget it. Raises what the
    template raises.
    """
    with translation.override(language):
        text = _text(kind, "sms", context, own.sms)
        return Sms(to=to, text=in_gsm(text + (sms_ending(stop.page) if stop else "")))


def render_email(
    *,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    attachments: Iterable[Attachment],
    reference: str,
    own: Words = NO_WORDS,
    stop: StopLink | None = None,
) -> EmailMessage:
    """Write a plain-text e-mail from ``own`` words or ``<kind>.subject.txt`` and ``.email.txt``.

    Its Message-ID is made of ``reference``, so that a mail server and a reader recognise a double.
    Raises what the templates and ``write_email`` raise.
    """
    with translation.override(language):
        subject = _text(kind, "subject", context, own.subject)
        body = _text(kind, "email", context, own.email) + "\n"
        if stop:
            body += email_ending(stop.page)
    return write_email(
        to=to,
        subject=subject,
        body=body,
        attachments=attachments,
        reference=reference,
        stop=stop,
    )


def write_email(
    *,
    to: str,
    subject: str,
    body: str,
    reference: str,
    attachments: Iterable[Attachment] = (),
    stop: StopLink | None = None,
) -> EmailMessage:
    """Make an e-mail of words, with the neutral sender and the marks of an automatic message.

    With ``stop`` a mail program can offer to stop such messages with one click (RFC 8058).

    Raises ``ValidationError`` for an impossible address, ``ValueError`` for an impossible header.
    """
    validate_email(to)
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "Message-ID": f"<{reference}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            **(_unsubscribe(stop) if stop else {}),
        },
    )
    for attachment in attachments:
        message.attach(attachment.name, attachment.content, attachment.mimetype)
    # Built here once for its errors: they must come before the attempt begins.
    message.message().as_bytes()
    return message


def _unsubscribe(stop: StopLink) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{stop.one_click}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _text(kind: str, part: str, context: Mapping[str, Any], own: str) -> str:
    """Write one part: with people's own words where they can be used, with the file's otherwise.

    A person with a protected address always gets the file's, which knows what not to name.
    """
    if own and not has_words_of_its_own(context):
        try:
            return in_its_lines(part, fill(own, Values(context)))
        except NoValueError:
            # Rightly so for some messages: there may be no next time to name.
            logger.info("message %s has no value for its own words of %s", kind, part)
        except Exception as error:  # noqa: BLE001 - edited words must not stop a message
            logger.error("own words of %s %s failed: %s", kind, part, place_of(error))  # noqa: TRY400
    return render_file(kind, part, context)
