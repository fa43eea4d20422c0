"""The sweep that sends what is due. Beat starts it; the work is found in rows."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage

from notifications.domain.faults import place_of
from notifications.domain.retrying import Fate
from notifications.gateways import PermanentGatewayError, TemporaryGatewayError
from notifications.models import Message
from notifications.services import claims
from notifications.services.preparing import prepare
from notifications.services.rendering import Sms
from notifications.services.transmitting import transmit

# How many messages came to which state; WAITING are those to be tried again.
Counts = Counter[Message.State]
# How long "still due" is believed. What has not been sent by then is asked about again.
BELIEVED_FOR = timedelta(seconds=60)
logger = logging.getLogger(__name__)


def deliver_due(*, now: Callable[[], datetime], limit: int = 100) -> Counts:
    """Send the messages that are due, at most ``limit``, and return what became of them.

    ``now`` is asked before and after each attempt. The claim and the start of each attempt are
    committed before anything is sent, and nothing is sent in a transaction: called in one this
    raises ``RuntimeError``.
    """
    counts: Counts = Counter()
    claim = claims.claim(now=now(), limit=limit)
    counts[Message.State.UNKNOWN] += claim.given_up
    checked_at = now()
    prepared = prepare(claim.messages, now=checked_at)
    counts += claims.end_skipped(prepared.not_due, now=now())
    for message, fate in prepared.broken:
        hopeless = fate == Fate.NO_ADDRESS
        end = claims.end_unsent if hopeless else claims.postpone
        _count(counts, end(message, fate=fate, now=now()))
    for position, (message, outgoing) in enumerate(prepared.ready):
        # One at least, so that a slow check cannot stop everything.
        if position > 0 and now() - checked_at > BELIEVED_FOR:
            claims.release(late for late, _ in prepared.ready[position:])
            break
        if claims.begin(message, now=now()):
            _count(counts, _attempt(message, outgoing, now=now))
    return counts


def _attempt(
    message: Message, outgoing: Sms | EmailMessage, *, now: Callable[[], datetime]
) -> claims.Ending:
    """Make one attempt that has been recorded, and record how it ended."""
    try:
        provider_reference = transmit(outgoing, reference=str(message.pk))
    except PermanentGatewayError:
        return claims.end_unsent(message, fate=Fate.REFUSED, now=now())
    except TemporaryGatewayError:
        return claims.postpone(message, fate=Fate.UNREACHABLE, now=now())
    except Exception as error:  # noqa: BLE001 - whatever happened, it must be recorded
        logger.warning("message %s has an unknown fate: %s", message.pk, place_of(error))
        # The gateway knows an SMS by its reference; an e-mail could arrive twice.
        by_sms = message.channel == Message.Channel.SMS
        end = claims.postpone if by_sms else claims.end_unsent
        return end(message, fate=Fate.INTERRUPTED, now=now())
    return claims.end_sent(message, provider_reference=provider_reference, now=now())


def _count(counts: Counts, ending: claims.Ending) -> None:
    if ending is not None:
        counts[ending] += 1
