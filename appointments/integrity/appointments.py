"""What is always true of an appointment in each of its states."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from appointments.domain.status import ACTIVE, ENDED_WITHOUT_DOSE, Status
from appointments.models import Appointment
from clinics.domain.calendar import OSLO
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, rows, table_of
from patients.models import IdentityCheck
from vaccinations.models import Dose

INVARIANTS = Invariants()
MIN_INTERVAL = timedelta(days=28)


@dataclass(frozen=True)
class Fields:
    """The fields that are set in a state, and those that are empty; the others may be either."""

    filled: frozenset[str]
    empty: frozenset[str]


_HOLD = frozenset({"browser_hash", "held_until"})
_PERSON = frozenset({"patient_id", "decision_id", "booked_at"})
_VISIT = frozenset({"arrived_at", "id_seen_by_id"})
_TOLD = frozenset({"informed_at", "informed_by_id"})
_END = frozenset({"ended_at"})
_DOSE = frozenset({"dose_id"})
_AFTER = frozenset({"observe_until", "released_at", "released_by_id"})

FIELDS_OF = {
    Status.HELD: Fields(_HOLD, _PERSON | _VISIT | _TOLD | _END | _DOSE | _AFTER),
    Status.EXPIRED: Fields(_END, _PERSON | _VISIT | _TOLD | _DOSE | _AFTER),
    Status.BOOKED: Fields(_PERSON, _HOLD | _VISIT | _TOLD | _END | _DOSE | _AFTER),
    Status.ARRIVED: Fields(_PERSON | _VISIT, _HOLD | _END | _DOSE | _AFTER),
    Status.VACCINATED: Fields(_PERSON | _VISIT | _END | _DOSE, _HOLD),
    Status.TURNED_AWAY: Fields(_PERSON | _VISIT | _END, _HOLD | _DOSE | _AFTER),
    Status.LEFT: Fields(_PERSON | _VISIT | _END, _HOLD | _DOSE | _AFTER),
    Status.DECLINED: Fields(_PERSON | _VISIT | _END, _HOLD | _DOSE | _AFTER),
    Status.CANCELLED: Fields(_PERSON | _END, _HOLD | _VISIT | _TOLD | _DOSE | _AFTER),
    Status.NO_SHOW: Fields(_PERSON | _END, _HOLD | _VISIT | _TOLD | _DOSE | _AFTER),
}
_ALL = sorted(_HOLD | _PERSON | _VISIT | _TOLD | _END | _DOSE | _AFTER)


def _is_empty(name: str) -> Q:
    return Q(**{name: ""}) if name == "browser_hash" else Q(**{f"{name}__isnull": True})


def _odd(status: Status) -> Q:
    fields = FIELDS_OF[status]
    missing = [_is_empty(name) for name in sorted(fields.filled)]
    too_many = [~_is_empty(name) for name in sorted(fields.empty)]
    return Q(status=status) & reduce(or_, [*missing, *too_many])


@INVARIANTS.add("appointment.words", "An appointment's state and route are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(status__in=list(Status), route__in=Dose.Route.values)
    yield from rows(Appointment.objects.exclude(known), "state or route is not known")


@INVARIANTS.add("appointment.fields", "An appointment has the fields that its state has, no others")
def find_odd_fields(now: datetime) -> Iterator[Fault]:
    odd = Appointment.objects.filter(reduce(or_, map(_odd, FIELDS_OF)))
    found = odd.order_by("pk").values("pk", "status", *_ALL)
    for row in found.iterator(chunk_size=CHUNK):
        fields = FIELDS_OF[Status(row["status"])]
        missing = [f"{name} is missing" for name in sorted(fields.filled) if not row[name]]
        too_many = [f"{name} is set" for name in sorted(fields.empty) if row[name]]
        what = f"{row['status']}, and {', '.join([*missing, *too_many])}"
        yield Fault(table_of(Appointment), (str(row["pk"]),), what)


@INVARIANTS.add("appointment.date", "An appointment's date is its slot's day in Oslo")
def find_wrong_dates(now: datetime) -> Iterator[Fault]:
    appointments = Appointment.objects.annotate(slot_on=TruncDate("slot__starts_at", tzinfo=OSLO))
    yield from rows(appointments.exclude(date=F("slot_on")), "dated {date}, the slot is {slot_on}")


@INVARIANTS.add("appointment.not_before", "No appointment lies before the first day of its dose")
def find_too_early(now: datetime) -> Iterator[Fault]:
    early = Appointment.objects.filter(date__lt=F("not_before"))
    yield from rows(early, "on {date}, not before {not_before}")


@INVARIANTS.add(
    "appointment.follows", "Dose 2 is booked 28 days or more after dose 1, booked or given (R16)"
)
def find_too_close(now: datetime) -> Iterator[Fault]:
    # A clinician may allow fewer days (A11): then the decision says how many.
    of_patient = {"patient__person_id": OuterRef("patient__person_id"), "dose_number": 1}
    booked = Appointment.objects.filter(**of_patient, status__in=ACTIVE, standby=False)
    given = Dose.objects.filter(**of_patient, voided_at=None).annotate(
        on=TruncDate("given_at", tzinfo=OSLO)
    )
    dose_two = Appointment.objects.filter(
        dose_number=2,
        status=Status.BOOKED,
        standby=False,
        decision__interval_override_days=None,
    ).annotate(first_on=Coalesce(Subquery(given.values("on")[:1]), Subquery(booked.values("date"))))
    too_close = dose_two.filter(date__lt=F("first_on") + MIN_INTERVAL)
    yield from rows(too_close, "on {date}, dose 1 on {first_on}")


@INVARIANTS.add("appointment.decision", "An appointment stands on a decision about its own patient")
def find_decisions_of_others(now: datetime) -> Iterator[Fault]:
    others = Appointment.objects.filter(decision__isnull=False).exclude(
        decision__patient__person_id=F("patient__person_id")
    )
    yield from rows(others, "the decision {decision_id} is another patient's")


@INVARIANTS.add("appointment.dose", "The dose of a visit is in force, of its patient and clinic")
def find_doses_of_others(now: datetime) -> Iterator[Fault]:
    fits = Q(
        dose__voided_at=None,
        dose__patient__person_id=F("patient__person_id"),
        dose__vial__clinic_id=F("slot__session__clinic_id"),
    )
    odd = Appointment.objects.filter(dose__isnull=False).exclude(fits)
    yield from rows(odd, "the dose {dose_id} is voided, or of another patient or clinic")


@INVARIANTS.add("appointment.informed", "Whoever was told before the dose was told by somebody")
def find_told_by_nobody(now: datetime) -> Iterator[Fault]:
    odd = Q(informed_at__isnull=True) ^ Q(informed_by__isnull=True)
    yield from rows(Appointment.objects.filter(odd), "informed by {informed_by_id}")


@INVARIANTS.add("appointment.identity", "An ID is seen of the person whose visit it is, who came")
def find_ids_of_others(now: datetime) -> Iterator[Fault]:
    visit = Appointment.objects.filter(
        pk=OuterRef("visit_id"),
        patient__person_id=OuterRef("patient__person_id"),
        arrived_at__isnull=False,
    )
    standing = IdentityCheck.objects.filter(undone_at=None)
    yield from rows(standing.exclude(Exists(visit)), "the visit {visit_id} is not theirs")


@INVARIANTS.add(
    "appointment.ending", "Only a visit that ended without a dose has a reason or is to be called"
)
def find_endings_of_others(now: datetime) -> Iterator[Fault]:
    told = ~Q(end_reason="") | Q(call_back=True)
    others = Appointment.objects.exclude(status__in=ENDED_WITHOUT_DOSE).filter(told)
    yield from rows(others, "{status}, and a reason for an ending or a call that is owed")


@INVARIANTS.add(
    "appointment.assumed", "Only from a dose on record is it concluded that somebody came"
)
def find_assumed_without_dose(now: datetime) -> Iterator[Fault]:
    odd = Appointment.objects.filter(arrival_assumed=True).exclude(status=Status.VACCINATED)
    yield from rows(odd, "{status}, and came by a dose that is not there")


@INVARIANTS.add("appointment.walk_in", "Who came without a time takes no seat")
def find_seated_walk_ins(now: datetime) -> Iterator[Fault]:
    seated = Appointment.objects.filter(walk_in=True).exclude(standby=True, seat=None)
    yield from rows(seated, "came without a time, and has seat {seat}")


@INVARIANTS.add("appointment.told_time", "Who was told another time was told a later one")
def find_odd_promises(now: datetime) -> Iterator[Fault]:
    later = Q(told_time_of__isnull=False, told_time__gt=F("told_time_of"))
    odd = Appointment.objects.exclude(Q(told_time=None, told_time_of=None)).exclude(later)
    yield from rows(odd, "told {told_time} of {told_time_of}")
