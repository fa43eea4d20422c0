"""What is always true of the access log."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, Value, Window
from django.db.models.functions import Lag

from audit.domain import ActorKind
from audit.models import AuditEntry, Seal
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
        before=Window(Lag("number", default=Value(0)), order_by=in_order),
        hash_before=Window(Lag("hash", default=Value("")), order_by=in_order),
    )
    astray = seals.filter(~Q(number=F("before") + 1) | ~Q(previous=F("hash_before")))
    yield from rows(astray, "follows seal {before}, or does not name its hash")
