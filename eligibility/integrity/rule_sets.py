"""What is always true of the rule sets that were put in force."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from clinics.domain.calendar import oslo_date
from eligibility.domain.rules import rule_sets
from eligibility.models import RuleSetInForce
from integrity.invariants import Fault, Invariants
from integrity.rows import rows, table_of

INVARIANTS = Invariants()


@INVARIANTS.add("rule_set.known", "The code knows each rule set that was put in force")
def find_unknown(now: datetime) -> Iterator[Fault]:
    known = [rule_set.name for rule_set in rule_sets()]
    unknown = RuleSetInForce.objects.exclude(rule_set__in=["", *known])
    yield from rows(unknown, "the code has no rule set {rule_set}")


@INVARIANTS.add("rule_set.ahead", "A rule set is put in force, or taken back, before its day")
def find_put_too_late(now: datetime) -> Iterator[Fault]:
    for entry in RuleSetInForce.objects.order_by("pk"):
        put_on = oslo_date(entry.put_at)
        # What begins today can be put, but no longer taken back.
        if entry.from_date < put_on or (entry.from_date == put_on and not entry.rule_set):
            what = f"of {entry.from_date}, put on {put_on}"
            yield Fault(table_of(RuleSetInForce), (str(entry.pk),), what)


@INVARIANTS.add("rule_set.valid", "No rule set is in force before its own first day")
def find_not_valid_yet(now: datetime) -> Iterator[Fault]:
    too_early = Q(pk=None)
    for rule_set in rule_sets():
        too_early |= Q(rule_set=rule_set.name, from_date__lt=rule_set.valid_from)
    yield from rows(RuleSetInForce.objects.filter(too_early), "{rule_set} from {from_date}")


@INVARIANTS.add(
    "rule_set.revisions", "The revisions of a day count from 1, and put and take back in turn"
)
def find_odd_revisions(now: datetime) -> Iterator[Fault]:
    counted = RuleSetInForce.objects.annotate(
        place=Window(RowNumber(), partition_by=F("from_date"), order_by=F("revision").asc())
    )
    for entry in counted.order_by("pk"):
        takes_back = entry.revision % 2 == 0
        if entry.place != entry.revision or takes_back is bool(entry.rule_set):
            what = f"revision {entry.revision} of {entry.from_date}"
            yield Fault(table_of(RuleSetInForce), (str(entry.pk),), what)
