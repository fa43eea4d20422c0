"""Hands written words to the gateway of their channel."""

from datetime import datetime
from uuid import uuid4

from django.core.mail import EmailMessage

from notifications.gateways import MailLine, send_sms
from notifications.services.rendering import Sms, write_email


class NotSentError(Exception):
    """A message was not handed over, or nobody knows whether it was."""


def transmit(
    outgoing: Sms | EmailMessage,
    *,
    reference: str,
    line: MailLine,
    in_doubt_since: datetime | None = None,
) -> str:
    """Send what is written; return the provider's reference ("" for e-mail, which uses ``line``).

    ``in_doubt_since``: an attempt after that may have sent it.
    Raises what ``notifications.gateways`` raises.
    """
    if isinstance(outgoing, Sms):
        return send_sms(
            to=outgoing.to,
            text=outgoing.text,
            reference=reference,
            in_doubt_since=in_doubt_since,
        )
    line.send(outgoing)
    return ""


def send_at_once(*, channel: str, to: str, subject: str, text: str) -> None:
    """Send a message now, past the outbox and once: for log-in codes, which must not be kept.

    ``channel`` is sms or email; ``subject`` is the e-mail's. Raises ``NotSentError``.
    """
    reference = str(uuid4())
    try:
        outgoing = (
            Sms(to=to, text=text)
            if channel == "sms"
            else write_email(to=to, subject=subject, body=f"{text}\n", reference=reference)
        )
        with MailLine() as line:
            transmit(outgoing, reference=reference, line=line)
    except Exception as error:
        raise NotSentError from error
