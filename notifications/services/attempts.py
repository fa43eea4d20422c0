"""Makes the attempts: each is in the database before its call, and how it ended after it.

An e-mail is begun by itself, and its end is recorded before anything else is done: what is begun
and not ended when a process dies stays unknown for good. A provider knows an SMS by its reference,
so a handful of them may be begun in one statement and ended in another; those that a crash leaves
open are asked about again and sent once.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.domain.faults import place_of
from notifications.domain.retrying import Fate
from notifications.gateways import MailLine, PermanentGatewayError, TemporaryGatewayError
from notifications.models import Message
from notifications.services import claims
from notifications.services.preparing import Ready
from notifications.services.recording import surely
from notifications.services.transmitting import transmit

# How many messages came to which state; WAITING are those to be tried again, or held.
Counts = Counter[Message.State]
# How long "still due" is believed. What has not been sent by then is asked about again.
BELIEVED_FOR = timedelta(seconds=60)
# How many SMS are begun in one statement, and for how long they may then wait for their call: with
# the slowest call on top that is well within the lease.
TOGETHER = 25
TOGETHER_FOR = timedelta(seconds=20)
# How long the good news of an SMS may wait for that of others.
RECORDED_WITHIN = timedelta(seconds=1)
logger = logging.getLogger(__name__)


@dataclass
class Attempts:
    """The attempts of one batch, whose messages were found to be due at ``checked_at``."""

    checked_at: datetime
    now: Callable[[], datetime]
    line: MailLine
    counts: Counts = field(default_factory=Counter)
    _tried: bool = False
    _sent: list[tuple[Message, str]] = field(default_factory=list)
    _sent_since: datetime | None = None

    def make(self, ready: list[Ready]) -> Counts:
        """Try each message once, in groups; return what became of them.

        Those that must be asked about again first are given back untried.
        """
        for group in _groups(ready):
            going = {one.message.pk: one for one in group if self._may_go(one)}
            late = [one.message for one in group if one.message.pk not in going]
            if late:
                claims.release(late)
            if going:
                begun = self._begin([one.message for one in going.values()])
                self._call_all([going[message.pk] for message in begun], self.now())
        return self.counts

    def _begin(self, messages: list[Message]) -> list[Message]:
        # Begun and not told so, they are not called: their lease runs out.
        return surely(lambda: claims.begin(messages, now=self.now()))

    def _call_all(self, begun: list[Ready], begun_at: datetime) -> None:
        try:
            for position, one in enumerate(begun):
                if self.now() - begun_at > TOGETHER_FOR or not self._may_go(one):
                    claims.take_back([left.message for left in begun[position:]])
                    break
                self._call(one)
        finally:
            # Whatever stopped us: what has been sent is said to be.
            self._record_sent()

    def _may_go(self, one: Ready) -> bool:
        # The first one may, so that a slow check cannot stop everything.
        believed = not self._tried or self.now() - self.checked_at <= BELIEVED_FOR
        return believed and one.may_go(self.now())

    def _call(self, one: Ready) -> None:
        """Make one attempt that has been recorded, and see to it that its end is."""
        message, self._tried = one.message, True
        try:
            reference = transmit(
                one.outgoing,
                reference=str(message.pk),
                line=self.line,
                in_doubt_since=message.created_at if message.fate == Fate.INTERRUPTED else None,
            )
        except PermanentGatewayError:
            self._end(lambda: claims.end_unsent(message, fate=Fate.REFUSED, now=self.now()))
        except TemporaryGatewayError as error:
            wait = error.retry_after
            self._end(
                lambda: claims.postpone(
                    message, fate=Fate.UNREACHABLE, now=self.now(), retry_after=wait
                )
            )
        except Exception as error:  # noqa: BLE001 - whatever happened, it must be recorded
            logger.warning("message %s has an unknown fate: %s", message.pk, place_of(error))
            # The gateway knows an SMS by its reference; an e-mail could arrive twice.
            by_sms = message.channel == Message.Channel.SMS
            end = claims.postpone if by_sms else claims.end_unsent
            self._end(lambda: end(message, fate=Fate.INTERRUPTED, now=self.now()))
        else:
            self._sent.append((message, reference))
            self._sent_since = self._sent_since or self.now()
            if self.now() - self._sent_since >= RECORDED_WITHIN:
                self._record_sent()

    def _end(self, end: Callable[[], claims.Ending]) -> None:
        ending = surely(end)
        if ending is not None:
            self.counts[ending] += 1

    def _record_sent(self) -> None:
        sent, self._sent, self._sent_since = self._sent, [], None
        if sent:
            ended = surely(lambda: claims.end_sent(sent, now=self.now()))
            self.counts[Message.State.SENT] += ended


def _groups(ready: list[Ready]) -> Iterator[list[Ready]]:
    """Put up to 25 SMS together, and each e-mail by itself; who has waited longest comes first.

    An SMS that was interrupted goes by itself, too: it may be what stopped the sender, and would
    use up the attempts of those that were begun with it.
    """
    by_sms = [one for one in ready if _goes_with_others(one.message)]
    groups = [[one] for one in ready if not _goes_with_others(one.message)]
    groups += [by_sms[at : at + TOGETHER] for at in range(0, len(by_sms), TOGETHER)]
    yield from sorted(groups, key=lambda group: group[0].message.due_at)


def _goes_with_others(message: Message) -> bool:
    return message.channel == Message.Channel.SMS and message.fate != Fate.INTERRUPTED
