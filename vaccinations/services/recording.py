"""Writes down doses that were given: never refused for a limit, always with what it was outside."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from patients.locks import lock_person
from vaccinations.domain.deviations import Asked, Deviation, Happened, as_text, deviations
from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, take_late, units, units_left
from vaccinations.models import Dose, Lot, LotEntry, Vial
from vaccinations.selectors import doses_of, standing_order
from vaccinations.services.doses import DoseAlreadyGivenError, Override


class NotYetGivenError(Exception):
    """The time lies in the future."""


class ImpossibleVolumeError(Exception):
    """No dose has this volume: nothing, or more than a vial holds."""


class VialUnknownError(Exception):
    """The clinic has no such vial."""


class VialSpentError(Exception):
    """The doses on record leave no room for this one in the vial; ``left`` tenths of a ml do."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class ReasonWantedError(Exception):
    """The dose was outside of something, and nobody has written why."""

    def __init__(self, found: list[Deviation]) -> None:
        super().__init__(", ".join(found))
        self.found = found


@dataclass(frozen=True)
class Told:
    """What is told about a dose that was given, and what it is judged by beside the vial.

    ``planned_number`` is the number that the visit was for, ``previous_elsewhere`` the last counted
    dose given elsewhere.
    """

    patient_id: UUID
    clinic_id: int
    vial_id: UUID
    route: str
    volume_ml: Decimal
    site: str
    given_at: datetime
    vaccinator_id: int
    planned_number: int
    indication: str
    ordered_route: str
    previous_elsewhere: date | None
    asked: Asked
    reason: str
    override: Override | None = None
    replaces_id: UUID | None = None


def write_down(told: Told, *, by: Actor, now: datetime) -> Dose:
    """Record a dose that was given, with what it was outside of; closes the vial with its last.

    A closed vial opens its account for it: what was put down as not obtainable or thrown away was
    given. Call it in the transaction that moves the appointment.
    Raises NotYetGivenError, ImpossibleVolumeError, VialUnknownError, VialSpentError,
    DoseAlreadyGivenError (on the same day), ReasonWantedError; then nothing has changed.
    """
    if told.given_at > now:
        raise NotYetGivenError
    if not 0 < units(told.volume_ml) <= UNITS_PER_VIAL:
        raise ImpossibleVolumeError
    with transaction.atomic():
        vial = _locked(told)
        given_on = oslo_date(told.given_at)
        given = vial.doses.filter(voided_at=None).values_list("volume_ml", flat=True)
        left = units_left(given, discarded=vial.discarded, not_obtainable=vial.not_obtainable)
        number, previous, following, extra = _numbered(told, given_on)
        order = standing_order(
            clinic_id=told.clinic_id, product_id=vial.lot.product_id, on=given_on
        )
        happened = Happened(
            given_at=told.given_at,
            given_on=given_on,
            opened_at=vial.opened_at,
            use_before=vial.use_before,
            units_left=left,
            lot_expires_on=vial.lot.expires_on,
            lot_stopped=_stopped(vial.lot, told.given_at),
            has_order=order is not None,
            route=told.route,
            volume_ml=told.volume_ml,
            ordered_route=told.ordered_route,
            previous_dose_on=previous,
            next_dose_on=following,
            asked=told.asked,
            had_it_already=extra,
        )
        found = deviations(_as_allowed(happened, told.override))
        overridden = Deviation.INTERVAL in deviations(happened) and Deviation.INTERVAL not in found
        if found and not told.reason.strip():
            raise ReasonWantedError(found)
        _make_room(vial, told, left, by=by, now=now)
        dose = Dose(
            patient_id=told.patient_id,
            vial=vial,
            lot=vial.lot,
            standing_order=order,
            vaccinator_id=told.vaccinator_id,
            dose_number=number,
            indication=told.indication,
            route=told.route,
            volume_ml=told.volume_ml,
            site=told.site,
            given_at=told.given_at,
            recorded_at=now,
            lot_number=vial.lot.number,
            lot_expires_on=vial.lot.expires_on,
            use_before=vial.use_before,
            previous_dose_on=previous,
            within_limits=not found and not overridden,
            override_by_id=told.override.by_id if told.override and overridden else None,
            override_reason=told.override.reason if told.override and overridden else "",
            deviation=as_text(found),
            deviation_reason=told.reason.strip() if found else "",
            replaces_id=told.replaces_id,
        )
        try:
            with transaction.atomic():
                dose.save(force_insert=True)
        except IntegrityError as error:
            raise DoseAlreadyGivenError from error
        record(
            action="dose.recorded_late",
            by=by,
            now=now,
            patient_id=told.patient_id,
            object_id=dose.pk,
            reason=as_text(found),
        )
    return dose


def _locked(told: Told) -> Vial:
    vial = (
        Vial.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lot")
        .filter(pk=told.vial_id, clinic_id=told.clinic_id)
        .first()
    )
    if vial is None:
        raise VialUnknownError
    return vial


def _numbered(told: Told, given_on: date) -> tuple[int, date | None, date | None, bool]:
    """Return the dose's number, the days of the one before and after, whether it was too many.

    A dose after this one that was judged by one on this day or later is left out: its interval to
    this one is no shorter.
    """
    lock_person(told.patient_id)  # a dose may be recorded on another row of theirs
    ours = doses_of([told.patient_id])[told.patient_id]
    if any(oslo_date(dose.given_at) == given_on for dose in ours):
        raise DoseAlreadyGivenError
    before = [dose for dose in ours if dose.given_at < told.given_at]
    after = [dose for dose in ours if dose.given_at > told.given_at]
    following = min(after, key=lambda dose: dose.given_at, default=None)
    judged = following and following.previous_dose_on and following.previous_dose_on >= given_on
    next_on = oslo_date(following.given_at) if following and not judged else None
    days = [oslo_date(dose.given_at) for dose in before]
    if told.previous_elsewhere is not None and told.previous_elsewhere <= given_on:
        days.append(told.previous_elsewhere)
    previous = max(days, default=None)
    if previous is None:
        number = 1
    elif not before:
        number = max(2, told.planned_number)
    else:
        number = max(told.planned_number, 1 + max(dose.dose_number for dose in before))
    taken = {dose.dose_number for dose in ours}
    extra = number > max(2, told.planned_number) or number in taken
    return (max(taken) + 1 if number in taken else number), previous, next_on, extra


def _stopped(lot: Lot, at: datetime) -> bool:
    """Tell whether a lot was in quarantine or recalled at a moment, by its ledger."""
    kinds = LotEntry.Kind
    stopping = (kinds.EXCURSION, kinds.QUARANTINED, kinds.RELEASED, kinds.RECALLED)
    last = lot.entries.filter(kind__in=stopping, at__lte=at).order_by("-at", "-pk").first()
    return last is not None and last.kind != kinds.RELEASED


def _as_allowed(happened: Happened, override: Override | None) -> Happened:
    """Judge the interval by what a clinician has allowed (A11)."""
    if override is None:
        return happened
    return replace(happened, interval_days=min(MIN_INTERVAL_DAYS, override.interval_days))


def _make_room(vial: Vial, told: Told, left: int, *, by: Actor, now: datetime) -> None:
    wanted = units(told.volume_ml)
    account = take_late(
        wanted, left=left, discarded=vial.discarded, not_obtainable=vial.not_obtainable
    )
    if account is None:
        raise VialSpentError(left + vial.discarded + vial.not_obtainable)
    if wanted > left:
        vial.discarded, vial.not_obtainable = account.discarded, account.not_obtainable
        vial.discard_reason = vial.discard_reason if account.discarded else ""
        record(action="vial.corrected", by=by, now=now, object_id=vial.pk)
    if wanted >= left and vial.closed_at is None:
        vial.closed_at = now
    vial.save(update_fields=["discarded", "discard_reason", "not_obtainable", "closed_at"])
