"""What is always true of lots, their ledger and thawings, and of what a doctor signs."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from integrity.invariants import Fault, Invariants
from integrity.rows import rows
from vaccinations.models import (
    Dose,
    InUseWindow,
    Lot,
    LotEntry,
    Recall,
    RecallContact,
    StandingOrder,
    Thawing,
    Vial,
)
from vaccinations.selectors import with_remaining, with_stock

INVARIANTS = Invariants()
# What state a lot is in after a line of its ledger.
STATE_AFTER = {
    LotEntry.Kind.EXCURSION: Lot.State.QUARANTINED,
    LotEntry.Kind.QUARANTINED: Lot.State.QUARANTINED,
    LotEntry.Kind.RELEASED: Lot.State.USABLE,
    LotEntry.Kind.RECALLED: Lot.State.RECALLED,
}


@INVARIANTS.add("window.length", "A vial's time in use is set to 1 to 480 minutes")
def find_odd_windows(now: datetime) -> Iterator[Fault]:
    odd = InUseWindow.objects.exclude(minutes__gte=1, minutes__lte=480)
    yield from rows(odd, "{minutes} minutes")


@INVARIANTS.add("order.signed", "A standing order is signed, and so is its withdrawal")
def find_unsigned_orders(now: datetime) -> Iterator[Fault]:
    signed = ~Q(hpr_number="") & (
        Q(withdrawn_at=None, withdrawn_by=None)
        | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
    )
    yield from rows(StandingOrder.objects.exclude(signed), "a signature is missing")


@INVARIANTS.add("lot.state", "A lot's state is known")
def find_unknown_lots(now: datetime) -> Iterator[Fault]:
    yield from rows(Lot.objects.exclude(state__in=Lot.State.values), "state is not known")


@INVARIANTS.add("lot.state_told", "A lot's state is the one that its ledger tells last")
def find_untold_states(now: datetime) -> Iterator[Fault]:
    last = (
        LotEntry.objects.filter(lot=OuterRef("pk"), kind__in=list(STATE_AFTER))
        .order_by("-at", "-pk")
        .annotate(
            state=Case(
                *(When(kind=kind, then=Value(str(state))) for kind, state in STATE_AFTER.items()),
                output_field=CharField(),
            )
        )
    )
    told = Coalesce(Subquery(last.values("state")[:1]), Value(str(Lot.State.USABLE)))
    odd = Lot.objects.annotate(told=told).filter(state__in=Lot.State.values).exclude(state=told)
    yield from rows(odd, "{state}, and the ledger says {told}")


@INVARIANTS.add("recall.state", "A lot with a recall is in the state recalled")
def find_recalls_without_effect(now: datetime) -> Iterator[Fault]:
    odd = Recall.objects.exclude(lot__state=Lot.State.RECALLED)
    yield from rows(odd, "recalled, and the lot is {lot__state}")


@INVARIANTS.add("recall.contact", "Who is called about a lot had a dose of it")
def find_strangers_to_call(now: datetime) -> Iterator[Fault]:
    theirs = Dose.objects.filter(lot=OuterRef("recall__lot"), patient=OuterRef("patient"))
    yield from rows(RecallContact.objects.exclude(Exists(theirs)), "had no dose of the lot")


@INVARIANTS.add("lot.not_overdrawn", "No lot has fewer than 0 vials on hand")
def find_overdrawn_lots(now: datetime) -> Iterator[Fault]:
    overdrawn = with_stock(Lot.objects.all(), now=now).filter(on_hand__lt=0)
    yield from rows(overdrawn, "{on_hand} vials on hand, {opened} opened")


@INVARIANTS.add("lot.thawed", "No more of a lot is thawed than there is on hand")
def find_too_much_thawed(now: datetime) -> Iterator[Fault]:
    odd = with_stock(Lot.objects.all(), now=now).filter(on_hand__gte=0, thawed__gt=F("on_hand"))
    yield from rows(odd, "{thawed} thawed, {on_hand} on hand")


@INVARIANTS.add("lot.line", "A line of a ledger moves vials as its kind says")
def find_odd_lines(now: datetime) -> Iterator[Fault]:
    kind = LotEntry.Kind
    fits = (
        Q(kind=kind.DELIVERY, vials__gt=0)
        | Q(kind=kind.COUNT)
        | Q(kind__in=[kind.LOSS, kind.RETURNED], vials__lt=0)
        | Q(kind__in=list(STATE_AFTER), vials=0)
    )
    yield from rows(LotEntry.objects.exclude(fits), "{kind} of {vials} vials")


@INVARIANTS.add("thawing.not_overdrawn", "No more vials of a thawing are used than were thawed")
def find_overdrawn_thawings(now: datetime) -> Iterator[Fault]:
    overdrawn = with_remaining(Thawing.objects.all()).filter(remaining__lt=0)
    yield from rows(overdrawn, "{vials} thawed, {used} opened")


@INVARIANTS.add("thawing.of_lot", "What is opened or lost of a thawing is of its lot, in its time")
def find_strays_of_thawings(now: datetime) -> Iterator[Fault]:
    in_time = Q(
        thawing__lot_id=F("lot_id"),
        thawing__thawed_at__lte=F("opened_at"),
        thawing__use_before__gt=F("opened_at"),
    )
    yield from rows(
        Vial.objects.filter(thawing__isnull=False).exclude(in_time),
        "opened at another time, or of another lot, than thawing {thawing_id}",
    )
    yield from rows(
        LotEntry.objects.filter(thawing__isnull=False).exclude(thawing__lot_id=F("lot_id")),
        "of another lot than thawing {thawing_id}",
    )
