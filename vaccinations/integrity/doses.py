"""What is always true of opened vials and of doses."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
)
from django.db.models.functions import Cast, Coalesce, Floor, Length, TruncDate

from clinics.domain.calendar import OSLO
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows
from vaccinations.domain.deviations import Deviation
from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.domain.vial_balance import UNITS_PER_VIAL
from vaccinations.models import DeviationSeen, Dose, Vial

INVARIANTS = Invariants()
LONGEST_WINDOW = timedelta(minutes=480)
# Outside a limit with a clinician's word, or as it happened and with a reason.
EXPLAINED = Q(override_by__isnull=False) | ~Q(deviation="")
NEVER = date(1, 1, 1)


def _counted() -> QuerySet[Any]:
    return Dose.objects.filter(voided_at=None).annotate(given_on=TruncDate("given_at", tzinfo=OSLO))


@INVARIANTS.add("vial.lot_of_clinic", "A vial is of a lot of its own clinic")
def find_vials_of_other_clinics(now: datetime) -> Iterator[Fault]:
    strays = Vial.objects.exclude(lot__clinic_id=F("clinic_id"))
    yield from rows(strays, "opened at clinic {clinic_id}, of a lot of clinic {lot__clinic_id}")


@INVARIANTS.add("vial.letter_once", "A letter is one vial's on a day at a clinic")
def find_shared_letters(now: datetime) -> Iterator[Fault]:
    shared = (
        Vial.objects.values("clinic_id", "day", "letter")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(shared, "{times} vials {letter} on {day}")


@INVARIANTS.add("vial.window", "A vial is to be used within 8 hours after it was opened")
def find_odd_vial_windows(now: datetime) -> Iterator[Fault]:
    fits = Q(use_before__gt=F("opened_at"), use_before__lte=F("opened_at") + LONGEST_WINDOW)
    yield from rows(Vial.objects.exclude(fits), "use-before does not fit when it was opened")


@INVARIANTS.add("vial.discard_reason", "What was thrown away has a known reason, and only that")
def find_odd_discards(now: datetime) -> Iterator[Fault]:
    fits = Q(discarded=0, discard_reason="") | Q(
        discarded__gt=0, discard_reason__in=Vial.DiscardReason.values
    )
    yield from rows(Vial.objects.exclude(fits), "{discarded} thrown away, reason does not fit that")


def _spent() -> QuerySet[Any]:
    """Count in SQL as ``vaccinations.domain.vial_balance`` does: whole tenths of a millilitre."""
    tenths = Floor(F("doses__volume_ml") * 10)
    given = Coalesce(Cast(Sum(tenths, filter=Q(doses__voided_at=None)), IntegerField()), 0)
    return Vial.objects.annotate(spent=given + F("discarded") + F("not_obtainable"))


@INVARIANTS.add("vial.balance", "Given, discarded and not obtainable make 5 at most")
def find_overdrawn_vials(now: datetime) -> Iterator[Fault]:
    overdrawn = _spent().filter(spent__gt=UNITS_PER_VIAL)
    yield from rows(overdrawn, "{spent} tenths of a millilitre accounted for, of 5")


@INVARIANTS.add("vial.closed", "A vial is closed just when all 5 are accounted for")
def find_odd_closings(now: datetime) -> Iterator[Fault]:
    open_but_spent = Q(closed_at=None, spent__gte=UNITS_PER_VIAL)
    closed_too_early = Q(closed_at__isnull=False, spent__lt=UNITS_PER_VIAL)
    yield from rows(
        _spent().filter(open_but_spent), "all {spent} are accounted for, and it is open"
    )
    yield from rows(_spent().filter(closed_too_early), "closed with {spent} of 5 accounted for")


@INVARIANTS.add("vial.not_opened", "No dose is from a vial that was not opened after all")
def find_doses_of_unopened_vials(now: datetime) -> Iterator[Fault]:
    unopened = Dose.objects.filter(vial__not_opened_at__isnull=False)
    yield from rows(unopened, "from vial {vial_id}, which was not opened")


@INVARIANTS.add("vial.recalled_closed", "No vial of a recalled lot is open")
def find_open_vials_of_recalled_lots(now: datetime) -> Iterator[Fault]:
    still_open = Vial.objects.filter(lot__recall__isnull=False, closed_at=None)
    yield from rows(still_open, "open, and lot {lot_id} is recalled")


@INVARIANTS.add("dose.words", "A dose's route, site and indication are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(
        route__in=Dose.Route.values,
        site__in=Dose.Site.values,
        indication__in=Dose.Indication.values,
    )
    yield from rows(Dose.objects.exclude(known), "route, site or indication is not known")


@INVARIANTS.add("dose.copies", "A dose's copies of lot, expiry and use-before are its vial's")
def find_differing_copies(now: datetime) -> Iterator[Fault]:
    agree = Q(
        lot_id=F("vial__lot_id"),
        lot_number=F("lot__number"),
        lot_expires_on=F("lot__expires_on"),
        use_before=F("vial__use_before"),
    )
    yield from rows(Dose.objects.exclude(agree), "a copy is not what vial and lot say")


@INVARIANTS.add("dose.in_window", "A dose is given while its vial may be used, or explained")
def find_doses_outside_the_window(now: datetime) -> Iterator[Fault]:
    inside = Q(given_at__lt=F("use_before"), given_at__gte=F("vial__opened_at"))
    yield from rows(_counted().exclude(inside | EXPLAINED), "given outside the vial's window")


@INVARIANTS.add("dose.in_date", "A dose is given before its lot expires, or explained")
def find_doses_of_expired_lots(now: datetime) -> Iterator[Fault]:
    late = _counted().filter(given_on__gt=F("lot_expires_on")).exclude(EXPLAINED)
    yield from rows(late, "given {given_on}, the lot expired {lot_expires_on}")


@INVARIANTS.add("dose.explained", "A dose is within the limits, overridden or a deviation")
def find_unexplained(now: datetime) -> Iterator[Fault]:
    unexplained = Dose.objects.filter(within_limits=False).exclude(EXPLAINED)
    yield from rows(unexplained, "outside the limits, without override or deviation")


@INVARIANTS.add("dose.volume", "A dose within the limits has the volume of its route (R16, R21)")
def find_odd_volumes(now: datetime) -> Iterator[Fault]:
    fits = Q(route=Dose.Route.INTRADERMAL, volume_ml="0.10") | Q(
        route=Dose.Route.SUBCUTANEOUS, volume_ml="0.50"
    )
    odd = Dose.objects.filter(within_limits=True).exclude(fits)
    yield from rows(odd, "{volume_ml} ml {route}")


@INVARIANTS.add("dose.void_signed", "A dose is voided by somebody, or not at all")
def find_unsigned_voids(now: datetime) -> Iterator[Fault]:
    signed = Q(voided_at=None, voided_by=None) | Q(voided_at__isnull=False, voided_by__isnull=False)
    yield from rows(Dose.objects.exclude(signed), "time and signature of the voiding do not match")


@INVARIANTS.add("dose.number_once", "A patient has each dose once")
def find_doubled_doses(now: datetime) -> Iterator[Fault]:
    doubled = (
        Dose.objects.filter(voided_at=None)
        .values("patient__person_id", "dose_number")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "dose {dose_number} of one patient, {times} times")


def _known_before() -> QuerySet[Any]:
    """The patient's earlier doses that were on record when the outer dose was recorded."""
    return _counted().filter(
        patient__person_id=OuterRef("patient__person_id"),
        given_at__lt=OuterRef("given_at"),
        recorded_at__lte=OuterRef("recorded_at"),
    )


@INVARIANTS.add("dose.number_order", "Doses are numbered from 1 or 2 in the order they were given")
def find_disordered_numbers(now: datetime) -> Iterator[Fault]:
    not_lower = _known_before().filter(dose_number__gte=OuterRef("dose_number"))
    odd = _counted().filter(Q(dose_number__lt=1) | Exists(not_lower))
    yield from rows(odd, "dose {dose_number}, given after one with that number or a higher one")


@INVARIANTS.add("dose.previous", "A dose names the day of the one before, and dose 1 names none")
def find_wrong_previous(now: datetime) -> Iterator[Fault]:
    named = Coalesce(OuterRef("previous_dose_on"), NEVER)
    later = Exists(_known_before().filter(given_on__gt=named))
    yield from rows(_counted().filter(later), "an earlier dose lies after the day it names")
    odd = (
        Q(dose_number=1, previous_dose_on__isnull=False)
        # A dose too many may have been given before the others, and been found later.
        | (Q(dose_number__gt=1, previous_dose_on=None) & ~Q(deviation__contains=Deviation.EXTRA))
        | Q(previous_dose_on__gt=F("given_on"))
    )
    yield from rows(
        _counted().filter(odd & ~later), "dose {dose_number} names the wrong day or none"
    )


@INVARIANTS.add(
    "dose.interval", "Dose 2 is given 28 days after dose 1 or later, or explained (A11)"
)
def find_short_intervals(now: datetime) -> Iterator[Fault]:
    first_day = F("previous_dose_on") + timedelta(days=MIN_INTERVAL_DAYS)
    early = _counted().filter(given_on__lt=first_day).exclude(EXPLAINED)
    yield from rows(early, "given {given_on}, the one before {previous_dose_on}")


@INVARIANTS.add("dose.order", "A dose was given on an order of its clinic that held that day")
def find_doses_on_other_orders(now: datetime) -> Iterator[Fault]:
    held = Q(
        standing_order__clinic_id=F("vial__clinic_id"),
        standing_order__product_id=F("lot__product_id"),
        standing_order__valid_from__lte=F("given_on"),
    ) & (Q(standing_order__valid_until=None) | Q(standing_order__valid_until__gte=F("given_on")))
    # Without one it was given before orders were kept.
    odd = _counted().filter(standing_order__isnull=False).exclude(held | EXPLAINED)
    yield from rows(odd, "order {standing_order_id} is not the clinic's, or did not hold")


@INVARIANTS.add("dose.replaces", "A corrected record stands in place of a voided one of the person")
def find_odd_corrections(now: datetime) -> Iterator[Fault]:
    fits = Q(
        replaces__voided_at__isnull=False,
        replaces__patient_id=F("patient_id"),
        replaces__vial__clinic_id=F("vial__clinic_id"),
        replaces__voided_at__lte=F("recorded_at"),
    )
    odd = Dose.objects.filter(replaces__isnull=False).exclude(fits)
    yield from rows(odd, "in place of {replaces_id}, which is not voided or another person's")


@INVARIANTS.add("dose.deviation", "A deviation has known words and a reason, and only that has one")
def find_odd_deviations(now: datetime) -> Iterator[Fault]:
    known = "^({0})( ({0}))*$".format("|".join(Deviation))
    odd = Q(deviation="", written__gt=0) | (~Q(deviation="") & Q(written=0))
    kept = Dose.objects.annotate(written=Length(Cast("deviation_reason", TextField())))
    yield from rows(kept.filter(odd), "deviation and reason do not match")
    unknown = Dose.objects.exclude(deviation="").exclude(deviation__regex=known)
    yield from rows(unknown, "{deviation} is no deviation")


@INVARIANTS.add("deviation.seen", "What was seen as a deviation is one")
def find_seen_without_deviation(now: datetime) -> Iterator[Fault]:
    yield from rows(
        DeviationSeen.objects.filter(dose__deviation=""), "the dose deviates in nothing"
    )
