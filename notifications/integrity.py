"""What is always true of the outbox."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows, table_of
from notifications.models import Message, MessageText, SweepRun
from notifications.services.registry import kinds
from notifications.services.texts import broken_texts

INVARIANTS = Invariants()
State = Message.State
NOT_ENDED = [State.WAITING, State.CLAIMED]


@INVARIANTS.add("message.words", "A message's state and channel are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(state__in=State.values, channel__in=Message.Channel.values)
    yield from rows(Message.objects.exclude(known), "state or channel is not known")


@INVARIANTS.add("message.kind", "Some app knows each message's kind")
def find_unknown_kinds(now: datetime) -> Iterator[Fault]:
    unknown = Message.objects.exclude(kind__in=[kind.code for kind in kinds()])
    yield from rows(unknown, "no app has registered its kind")


@INVARIANTS.add("message.subject", "What a message is about is there")
def find_orphans(now: datetime) -> Iterator[Fault]:
    # One query for each model that messages are about, however many kinds there are.
    for model in {kind.subject for kind in kinds() if kind.subject}:
        codes = [kind.code for kind in kinds() if kind.subject is model]
        subject = model._default_manager.filter(pk=OuterRef("subject_id"))  # noqa: SLF001
        orphans = Message.objects.filter(~Exists(subject), kind__in=codes)
        yield from rows(orphans, "{kind} is about a row that is not there")


@INVARIANTS.add("message.lease", "A message has a lease just while it is claimed")
def find_odd_leases(now: datetime) -> Iterator[Fault]:
    odd = Q(state=State.CLAIMED, lease_until=None) | (
        ~Q(state=State.CLAIMED) & Q(lease_until__isnull=False)
    )
    yield from rows(Message.objects.filter(odd), "{state}, and the lease does not fit that")


@INVARIANTS.add("message.ended", "A message has an end just when nothing more will happen to it")
def find_odd_ends(now: datetime) -> Iterator[Fault]:
    odd = Q(state__in=NOT_ENDED, ended_at__isnull=False) | (
        ~Q(state__in=NOT_ENDED) & Q(ended_at=None)
    )
    yield from rows(Message.objects.filter(odd), "{state}, and its end does not fit that")


@INVARIANTS.add("message.tried", "A message that was sent was tried")
def find_sent_untried(now: datetime) -> Iterator[Fault]:
    untried = Q(attempts=0) | Q(attempt_started_at=None)
    yield from rows(Message.objects.filter(untried, state=State.SENT), "sent without an attempt")


@INVARIANTS.add("message.delivered", "A message that has arrived was sent")
def find_delivered_unsent(now: datetime) -> Iterator[Fault]:
    unsent = Message.objects.filter(delivered_at__isnull=False).exclude(state=State.SENT)
    yield from rows(unsent, "arrived, and {state}")


@INVARIANTS.add("message.handled", "Who told the person of a message did so after it had ended")
def find_odd_hands(now: datetime) -> Iterator[Fault]:
    nobody = Q(handled_at=None) ^ Q(handled_by=None)
    early = Q(handled_at__isnull=False) & (Q(ended_at=None) | Q(state=State.SKIPPED))
    yield from rows(
        Message.objects.filter(nobody | early), "{state}, and what is noted of it does not fit that"
    )


@INVARIANTS.add("sweep.run", "A sweep that went well has ended, and nothing went wrong in it")
def find_odd_runs(now: datetime) -> Iterator[Fault]:
    well = Q(ok=True) & (Q(ended_at=None) | ~Q(fault="") | Q(last_ok_at=None))
    badly = Q(ok=False, ended_at__isnull=False, fault="")
    yield from rows(SweepRun.objects.filter(well | badly), "how it ended does not fit")


@INVARIANTS.add(
    "message.once", "There is one message a round by subject, kind, channel and occasion"
)
def find_doubles(now: datetime) -> Iterator[Fault]:
    doubles = (
        Message.objects.values("subject_id", "kind", "channel", "occasion", "round")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubles, "the same {kind} by {channel}, {times} times")


@INVARIANTS.add("message_text.revisions", "The revisions of a text count from 1 without a gap")
def find_odd_revisions(now: datetime) -> Iterator[Fault]:
    counted: QuerySet[Any] = MessageText.objects.annotate(
        place=Window(
            RowNumber(),
            partition_by=[F("kind"), F("language")],
            order_by=[F("revision").asc(), F("pk").asc()],
        )
    )
    for text in counted.order_by("pk"):
        if text.place != text.revision:
            what = f"revision {text.revision} of {text.kind} {text.language}"
            yield Fault(table_of(MessageText), (str(text.pk),), what)


@INVARIANTS.add("message_text.sound", "A text that is in force can be sent")
def find_broken_texts(now: datetime) -> Iterator[Fault]:
    for one in broken_texts():
        what = f"{one.part} of {one.kind} {one.language}: its messages have the file's words"
        yield Fault(table_of(MessageText), (str(one.row_id),), what)
