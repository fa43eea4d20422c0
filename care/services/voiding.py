"""Voids a wrong record of a dose, alone or with the right one in its place."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.selectors.closing import all_ended
from appointments.services import visit_messages
from appointments.services.following import booked_after
from appointments.services.observing import (
    ReactionUnderWayError,
    keep_observation,
    observation_of,
)
from appointments.services.reopening import (
    leave_without_dose,
    lock_visit_of,
    lost_by,
    reopen,
    status_without_dose,
    waits_ended_by,
)
from audit.domain import Actor
from care.services.recording import place_next, record_in_place
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from vaccinations.domain.deviations import Asked, Deviation, from_text
from vaccinations.models import Dose, Vial
from vaccinations.selectors.reactions import under_way
from vaccinations.services.recording import VialUnknownError
from vaccinations.services.voiding import settle_vial, void


class NotYoursToVoidError(Exception):
    """A vaccinator voids what they gave themselves, on the same day; others ask the lead."""


class NoVisitError(Exception):
    """The record belongs to no visit here, so none can be written in its place."""


def may_void(dose: Dose, *, by: Actor, now: datetime) -> bool:
    """Tell whether an actor may void a record: their own of today, or with responsibility."""
    if by.role in {Role.LEAD, Role.CLINICIAN}:
        return True
    own = str(dose.vaccinator_id) == by.id
    return by.role == Role.VACCINATOR and own and oslo_date(dose.given_at) == oslo_date(now)


def void_dose(*, dose_id: UUID, reason: str, by: Actor, now: datetime) -> Dose:
    """Void the record of a dose that was not given, or not to this person.

    The visit is open again while its day lasts, else it ends without a dose; whoever was never seen
    to come is expected again, or has missed their time. The place of the dose
    after it follows: it stays while this dose can still be given, else it is cancelled. The vial
    has the dose again, or it counts as waste.
    Raises NotYoursToVoidError, AlreadyVoidedError, VoidReasonMissingError, ReactionUnderWayError.
    """
    with transaction.atomic():
        dose, appointment = _locked(dose_id, by=by, now=now)
        voided = void(dose_id=dose_id, reason=reason, by=by, now=now)
        if appointment is not None:
            leave_without_dose(appointment, by=by, now=now)
            visit_messages.corrected(appointment, dose_id=dose.pk, given_at=dose.given_at, now=now)
        _settle(dose, by=by, now=now)
    return voided


@dataclass(frozen=True)
class WhatFollows:
    """What voiding a record leads to: for the visit, the vial, and the place of the next dose."""

    status: Status
    vial_letter: str
    vial_opens: bool
    next_place: Appointment | None
    # Another time for the dose that was cancelled as it was recorded, and stays so.
    lost: Appointment | None
    waits_again: bool
    # The person is written to that something was corrected.
    is_told: bool

    @property
    def visit_waits(self) -> bool:
        """Whether the person is here and can have the dose."""
        return self.status == Status.ARRIVED

    @property
    def is_called(self) -> bool:
        """Whether the person is put on the list of those to be called about another time."""
        return self.lost is not None and self.status == Status.TURNED_AWAY

    @property
    def is_expected(self) -> bool:
        """Whether the person was never here, and has their time again."""
        return self.status == Status.BOOKED

    @property
    def was_missed(self) -> bool:
        """Whether the person was never here, and their time is over."""
        return self.status == Status.NO_SHOW


def what_follows(appointment: Appointment, *, now: datetime) -> WhatFollows:
    """Foresee what voiding the record of a visit leads to; for a page that asks first."""
    assert appointment.dose is not None
    vial = appointment.dose.vial
    put_down = vial.discarded or vial.not_obtainable
    status = status_without_dose(appointment, now=now)
    return WhatFollows(
        status=status,
        vial_letter=vial.letter,
        vial_opens=not put_down
        and now < vial.use_before
        and not all_ended(vial.clinic_id, vial.day),
        next_place=booked_after(appointment),
        lost=lost_by(appointment),
        waits_again=any(one.until >= oslo_date(now) for one in waits_ended_by(appointment.dose)),
        is_told=status != Status.ARRIVED
        and visit_messages.is_told_of(appointment.dose.given_at, now=now),
    )


def correct_dose(
    *,
    dose_id: UUID,
    reason: str,
    vial_id: UUID,
    route: str,
    volume_ml: Decimal,
    site: str,
    given_at: datetime,
    vaccinator_id: int,
    deviation_reason: str,
    by: Actor,
    now: datetime,
) -> Dose:
    """Void a record and write the right one of the same dose in its place, in one go.

    Raises what ``void_dose`` and ``record_given`` raise, and NoVisitError.
    """
    with transaction.atomic():
        dose, appointment = _locked(dose_id, by=by, now=now)
        if not Vial.objects.filter(pk=vial_id, clinic_id=dose.vial.clinic_id).exists():
            raise VialUnknownError
        void(dose_id=dose_id, reason=reason, by=by, now=now)
        if appointment is None:
            raise NoVisitError
        observed = observation_of(appointment)
        reopen(appointment)
        right = record_in_place(
            appointment,
            vial_id=vial_id,
            route=route,
            volume_ml=volume_ml,
            site=site,
            given_at=given_at,
            vaccinator_id=vaccinator_id,
            reason=deviation_reason,
            asked=_asked(dose),
            by=by,
            now=now,
            replaces_id=dose.pk,
        )
        keep_observation(appointment, observed)
        visit_messages.corrected(appointment, dose_id=dose.pk, given_at=dose.given_at, now=now)
        _settle(dose, by=by, now=now)
    place_next(appointment.pk, by=by, now=now)
    return right


def _locked(dose_id: UUID, *, by: Actor, now: datetime) -> tuple[Dose, Appointment | None]:
    """Return a dose and its visit, locked with their clinic; refuse who may not void it.

    While a reaction goes on the person is looked after, and nothing takes them off the board. Who
    begins its sheet holds the visit, too.
    """
    dose = Dose.objects.select_related("vial").get(pk=dose_id)
    if not may_void(dose, by=by, now=now):
        raise NotYoursToVoidError
    appointment = lock_visit_of(dose_id, clinic_id=dose.vial.clinic_id)
    reaction_id = under_way([dose_id]).get(dose_id)
    if reaction_id is not None:
        raise ReactionUnderWayError(reaction_id)
    return dose, appointment


def _settle(dose: Dose, *, by: Actor, now: datetime) -> None:
    ended = all_ended(dose.vial.clinic_id, dose.vial.day)
    settle_vial(dose.vial_id, by=by, now=now, day_ended=ended)


def _asked(dose: Dose) -> Asked:
    """Tell what became of the questions before the voided dose."""
    found = from_text(dose.deviation)
    if Deviation.PERSON in found:
        return Asked.SOMETHING_SAID
    return Asked.NOT_ASKED if Deviation.NOT_ASKED in found else Asked.ALL_DENIED
