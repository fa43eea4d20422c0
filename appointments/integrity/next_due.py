"""What is always true of the reminders of dose 2 and the answers to them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import DateField, DateTimeField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Right

from appointments.models import NextAnswer
from appointments.selectors.next_due import KIND
from integrity.invariants import Fault, Invariants
from integrity.rows import rows
from notifications.models import Message

INVARIANTS = Invariants()
_FIRST_DAY, _LAST_DAY = timedelta(days=28), timedelta(days=185)
# A day in Oslo begins up to two hours before it does in UTC.
_OSLO_AHEAD = timedelta(hours=2)


@INVARIANTS.add("next_answer.end", "An answer about dose 2 is known, and its end is whole")
def find_odd_answers(now: datetime) -> Iterator[Fault]:
    by_staff = [NextAnswer.End.HOLDS, NextAnswer.End.HOLDS_NOT]
    sound = Q(said__in=NextAnswer.Said.values) & (
        Q(end="", ended_at=None, ended_by=None)
        | Q(end=NextAnswer.End.TAKEN_BACK, ended_at__isnull=False, ended_by=None)
        | Q(end__in=by_staff, ended_at__isnull=False, ended_by__isnull=False)
    )
    yield from rows(NextAnswer.objects.exclude(sound), "said {said}, ended {end}")


@INVARIANTS.add(
    "next_due.days", "Reminders of dose 2 are written from day 28 until six months after dose 1"
)
def find_untimely(now: datetime) -> Iterator[Fault]:
    given_on = Func(
        Right("occasion", 8), Value("YYYYMMDD"), function="TO_DATE", output_field=DateField()
    )
    reminders = Message.objects.filter(kind=KIND).annotate(
        given_on=given_on,
        first=ExpressionWrapper(
            F("given_on") + Value(_FIRST_DAY - _OSLO_AHEAD), output_field=DateTimeField()
        ),
        last=ExpressionWrapper(F("given_on") + Value(_LAST_DAY), output_field=DateTimeField()),
    )
    untimely = Q(created_at__lt=F("first")) | Q(created_at__gte=F("last"))
    yield from rows(reminders.filter(untimely), "written too early or too late for {occasion}")
