"""Writes the words of a message, in the recipient's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.template import Context, Engine
from django.utils import translation

from notifications.domain.kinds import Attachment


@dataclass(frozen=True)
class Sms:
    """An SMS with its words; it lives in memory only."""

    to: str
    text: str


def render_sms(*, kind: str, to: str, language: str, context: Mapping[str, Any]) -> Sms:
    """Write an SMS from ``notifications/<kind>.sms.txt``; raises what the template raises."""
    with translation.override(language):
        return Sms(to=to, text=_text(f"{kind}.sms.txt", context))


def render_email(
    *,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    attachments: Iterable[Attachment],
    reference: str,
) -> EmailMessage:
    """Write a plain-text e-mail from ``notifications/<kind>.subject.txt`` and ``.email.txt``.

    Its Message-ID is made of ``reference``, so that a mail server and a reader recognise a double.
    Raises what the templates and ``write_email`` raise.
    """
    with translation.override(language):
        # One line, whatever line breaks the template has around it.
        subject = " ".join(_text(f"{kind}.subject.txt", context).split())
        body = _text(f"{kind}.email.txt", context) + "\n"
    return write_email(
        to=to, subject=subject, body=body, attachments=attachments, reference=reference
    )


def write_email(
    *,
    to: str,
    subject: str,
    body: str,
    reference: str,
    attachments: Iterable[Attachment] = (),
) -> EmailMessage:
    """Make an e-mail of words, with the neutral sender and the marks of an automatic message.

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
        },
    )
    for attachment in attachments:
        message.attach(attachment.name, attachment.content, attachment.mimetype)
    # Built here once for its errors: they must come before the attempt begins.
    message.message().as_bytes()
    return message


def _text(name: str, context: Mapping[str, Any]) -> str:
    # Plain text: a name such as O'Neill must not come out as HTML.
    template = Engine.get_default().get_template(f"notifications/{name}")
    return template.render(Context(dict(context), autoescape=False)).strip()
