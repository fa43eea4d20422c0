"""What is always true of the access log."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Value, Window
from django.db.models.functions import Coalesce, Lag

from audit.domain import ActorKind
from audit.domain.why import Why
from audit.models import Alarm, AuditEntry, GivenReason, Seal
from integrity.invariants import Fault, Invariants
from integrity.rows import rows

INVARIANTS = Invariants()
ACTION = r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"


@INVARIANTS.add("audit.actor", "Every entry of the access log says who did it")
def find_nobody(now: datetime) -> Iterator[Fault]:
    nobody = ~Q(actor_kind__in=list(ActorKind)) | Q(actor_kind=ActorKind.STAFF, actor_id="")
    yield from rows(AuditEntry.objects.filter(nobody), "no actor of a known kind is named")


@INVARIANTS.add("audit.action", "Every entry of the access log says by a code what was done")
def find_no_action(now: datetime) -> Iterator[Fault]:
    odd = AuditEntry.objects.exclude(action__regex=ACTION)
    yield from rows(odd, "the action is not a dotted code")


@INVARIANTS.add("audit.seals", "Each seal of the access log follows the one before it")
def find_broken_chain(now: datetime) -> Iterator[Fault]:
    in_order = F("number").asc()
    seals = Seal.objects.annotate(
        before=Window(Lag("number", default=0), order_by=in_order),
        hash_before=Coalesce(Window(Lag("hash"), order_by=in_order), Value("")),
    )
    astray = seals.filter(~Q(number=F("before") + 1) | ~Q(previous=F("hash_before")))
    yield from rows(astray, "follows seal {before}, or does not name its hash")


@INVARIANTS.add("audit.given_reason", "Whoever opened a person's pages without a tie gave a reason")
def find_no_reason(now: datetime) -> Iterator[Fault]:
    given = GivenReason.objects.filter(pk=OuterRef("why_id"), code=OuterRef("reason"))
    asked = AuditEntry.objects.filter(action="reason.given")
    yield from rows(asked.filter(~Exists(given)), "the reason {reason} is not there")
    used = AuditEntry.objects.filter(why=Why.GIVEN)
    first = AuditEntry.objects.filter(action="reason.given", why_id=OuterRef("why_id"))
    yield from rows(used.filter(~Exists(first)), "for a reason that nobody gave")


@INVARIANTS.add("audit.alarm", "An alarm about a given reason leads to that reason")
def find_alarm_of_nothing(now: datetime) -> Iterator[Fault]:
    given = GivenReason.objects.filter(pk=OuterRef("given_id"))
    of_nothing = Alarm.objects.filter(given_id__isnull=False).filter(~Exists(given))
    yield from rows(of_nothing, "the reason is not there")
