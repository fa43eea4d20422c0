"""What stands in the way of reading two rows as one person, or as two again."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from appointments.domain.status import ACTIVE
from appointments.models import Appointment, Offer, WaitingEntry
from appointments.services.following import first_day_after
from care.services.known_people import known_at
from clinics.domain.calendar import oslo_date
from eligibility.domain.cases import WAITING
from eligibility.models import ReviewCase
from patients.models import Patient, PatientMerge
from vaccinations.models import Dose


class Obstacle(StrEnum):
    """Why two rows cannot be merged, most fundamental first."""

    SAME_ROW = "same_row"
    ELSEWHERE = "elsewhere"
    ALREADY_MERGED = "already_merged"
    HAS_DUPLICATES = "has_duplicates"
    BOTH_HAVE_DUPLICATES = "both_have_duplicates"
    OTHER_NUMBERS = "other_numbers"
    KEEP_THE_SEEN = "keep_the_seen"
    OTHER_BIRTH_DATES = "other_birth_dates"
    SAME_DOSE_GIVEN = "same_dose_given"
    DOSES_OUT_OF_ORDER = "doses_out_of_order"
    DOSE_GIVEN_AND_BOOKED = "dose_given_and_booked"
    SAME_DOSE_BOOKED = "same_dose_booked"
    BOOKED_TOO_CLOSE = "booked_too_close"
    WAITS_TWICE = "waits_twice"
    DOSE_GIVEN_AND_WAITS = "dose_given_and_waits"
    TWO_CASES = "two_cases"


@dataclass(frozen=True)
class Hindrance:
    """An obstacle; ``dose_number`` where it is about one, ``appointments`` to act on first."""

    obstacle: Obstacle
    dose_number: int | None = None
    appointments: tuple[Appointment, ...] = ()


class MergeRefusedError(Exception):
    """The two rows cannot be merged; ``hindrances`` say why."""

    def __init__(self, hindrances: list[Hindrance]) -> None:
        super().__init__(", ".join(one.obstacle for one in hindrances))
        self.hindrances = hindrances


def hindrances(keep: Patient, drop: Patient, *, clinic_id: int) -> list[Hindrance]:
    """Return what stands in the way of merging; nothing when it may be done. Nine queries."""
    if keep.pk == drop.pk:
        return [Hindrance(Obstacle.SAME_ROW)]
    rows = Patient.objects.filter(pk__in=[keep.pk, drop.pk])
    if len(set(known_at(clinic_id, rows).values_list("pk", flat=True))) < 2:
        return [Hindrance(Obstacle.ELSEWHERE)]
    found = [Hindrance(one) for one in _of_identity(keep, drop)]
    if found:
        return found
    return [*_of_doses(keep, drop), *_of_waiting(keep, drop)]


def _of_identity(keep: Patient, drop: Patient) -> list[Obstacle]:
    found = []
    if keep.merged_into_id or drop.merged_into_id:
        found.append(Obstacle.ALREADY_MERGED)
    elif drop.has_duplicates:
        both = keep.has_duplicates
        found.append(Obstacle.BOTH_HAVE_DUPLICATES if both else Obstacle.HAS_DUPLICATES)
    seen = [bool(one.id_seen_at and one.id_number_hash) for one in (keep, drop)]
    if _have_other_numbers(keep, drop):
        found.append(Obstacle.OTHER_NUMBERS)
    elif (seen[1] and not seen[0]) or (drop.id_seen_at and not keep.id_seen_at):
        found.append(Obstacle.KEEP_THE_SEEN)
    if keep.birth_date != drop.birth_date:
        found.append(Obstacle.OTHER_BIRTH_DATES)
    return found


def _have_other_numbers(keep: Patient, drop: Patient) -> bool:
    """Tell whether two rows have numbers that cannot be one person's.

    Somebody may have told of a number of one kind and shown another later: a D-number, then a
    national number. Of one kind nobody has two, seen or told.
    """
    if not keep.id_number_hash or not drop.id_number_hash:
        return False
    comparable = keep.id_kind == drop.id_kind or bool(keep.id_seen_at and drop.id_seen_at)
    return comparable and not keep.has_number_of(drop)


def _of_doses(keep: Patient, drop: Patient) -> list[Hindrance]:
    both = [keep.pk, drop.pk]
    given = list(Dose.objects.filter(patient__in=both, voided_at=None).order_by("given_at"))
    booked = list(
        Appointment.objects.filter(patient__in=both, status__in=ACTIVE)
        .select_related("slot__session__clinic", "decision")
        .order_by("dose_number", "slot__starts_at")
    )
    found = []
    numbers = [dose.dose_number for dose in given]
    doubled = {number for number in numbers if numbers.count(number) > 1}
    found += [Hindrance(Obstacle.SAME_DOSE_GIVEN, number) for number in sorted(doubled)]
    if not doubled and numbers != sorted(numbers):
        found.append(Hindrance(Obstacle.DOSES_OUT_OF_ORDER))
    for number, of_dose in groupby(booked, key=lambda one: one.dose_number):
        times = tuple(of_dose)
        if number in numbers:
            found.append(Hindrance(Obstacle.DOSE_GIVEN_AND_BOOKED, number, times))
        elif len(times) > 1:
            found.append(Hindrance(Obstacle.SAME_DOSE_BOOKED, number, times))
    return [*found, *_too_close(given, booked)]


def _too_close(given: list[Dose], booked: list[Appointment]) -> list[Hindrance]:
    """Find a place for dose 2 that lies too near a dose 1, which may be the other row's."""
    found = []
    for two in booked:
        if two.dose_number != 2 or two.decision is None or two.decision.course is None:
            continue
        days = [oslo_date(dose.given_at) for dose in given if dose.dose_number == 1]
        days += [one.date for one in booked if one.dose_number == 1]
        if any(two.date < first_day_after(two.decision, day) for day in days):
            found.append(Hindrance(Obstacle.BOOKED_TOO_CLOSE, 2, (two,)))
    return found


def _of_waiting(keep: Patient, drop: Patient) -> list[Hindrance]:
    both = [keep.pk, drop.pk]
    waits = list(
        WaitingEntry.objects.filter(patient__in=both, ended_at=None).values_list(
            "clinic_id", "dose_number"
        )
    )
    twice = {number for one in waits if waits.count(one) > 1 for number in (one[1],)}
    given = set(
        Dose.objects.filter(patient__in=both, voided_at=None).values_list("dose_number", flat=True)
    )
    found = [Hindrance(Obstacle.WAITS_TWICE, number) for number in sorted(twice)]
    served = sorted({number for _clinic, number in waits} & given)
    found += [Hindrance(Obstacle.DOSE_GIVEN_AND_WAITS, number) for number in served]
    if ReviewCase.objects.filter(patient__in=both, state__in=WAITING).count() > 1:
        found.append(Hindrance(Obstacle.TWO_CASES))
    return found


class UndoRefusedError(Exception):
    """The merge cannot be undone: a dose was given since, or something stands on both rows."""


def may_be_undone(merge: PatientMerge) -> bool:
    """Tell whether two rows can be read as two people again; six queries at most.

    Not once a dose was given, and not while a time, a wait, a case or an answer of one row stands
    on what is kept on the other.
    """
    if merge.undone_at is not None:
        return False
    both = [merge.kept_id, merge.dropped_id]
    if Dose.objects.filter(patient__in=both, recorded_at__gte=merge.merged_at).exists():
        return False
    return not any(crossing.exists() for crossing in _crossings(both))


def _crossings(rows: list[UUID]) -> list[QuerySet[Model]]:
    own = Q(decision__patient_id=F("patient_id")) | Q(decision=None)
    own_dose = Q(dose__patient_id=F("patient_id")) | Q(dose=None)
    own_outcome = Q(outcome__patient_id=F("patient_id")) | Q(outcome=None)
    of_entry = Q(appointment__patient_id=F("entry__patient_id")) | Q(appointment__patient=None)
    return [
        Appointment.objects.filter(patient__in=rows).exclude(own & own_dose),
        WaitingEntry.objects.filter(patient__in=rows).exclude(own),
        ReviewCase.objects.filter(patient__in=rows).exclude(own & own_outcome),
        Offer.objects.filter(entry__patient__in=rows, appointment__isnull=False).exclude(of_entry),
    ]
