"""Records doses that are given."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from patients.locks import lock_person
from vaccinations.domain.limits import Limit, Planned, broken_limits
from vaccinations.domain.off_plan import in_the_way, kept_of
from vaccinations.domain.vial_balance import VOLUME_ML, units
from vaccinations.models import Dose, Lot
from vaccinations.selectors import doses_of, standing_order
from vaccinations.services.vials import lock_vial


class OutsideLimitsError(Exception):
    """The dose must not be started; ``limits`` says why, most urgent first."""

    def __init__(self, limits: list[Limit]) -> None:
        super().__init__(", ".join(limits))
        self.limits = limits


class LotBlockedError(Exception):
    """The vial's lot has been recalled or put in quarantine."""


class NoStandingOrderError(Exception):
    """No doctor's order for the vaccine holds at the clinic today."""


class DoseAlreadyGivenError(Exception):
    """The patient has this dose already."""


@dataclass(frozen=True)
class Override:
    """A clinician's word for a shorter interval than 28 days, with the written reason (A11)."""

    by_id: int
    reason: str
    interval_days: int


@dataclass(frozen=True)
class RouteWord:
    """What allows another route than planned: whoever gives the dose has written why.

    Written by a clinician it is an override; by anybody else it is kept as a deviation.
    """

    reason: str
    by_clinician: bool


def give(
    *,
    patient_id: UUID,
    vial_id: UUID,
    clinic_id: int,
    dose_number: int,
    indication: str,
    ordered_route: str,
    route: str,
    site: str,
    previous_dose_on: date | None,
    by: Actor,
    now: datetime,
    override: Override | None = None,
    off_plan: RouteWord | None = None,
) -> Dose:
    """Record a dose that starts now, from an open vial; closes the vial with its last dose.

    ``previous_dose_on`` is the last counted dose given elsewhere, if any; our own are known. A dose
    that only a clinician's ``override`` or the written ``off_plan`` allows is recorded with it.
    Raises VialClosedError, NoStandingOrderError, LotBlockedError, OutsideLimitsError,
    DoseAlreadyGivenError.
    """
    volume = VOLUME_ML[route]
    with transaction.atomic():
        vial, left = lock_vial(vial_id, clinic_id)
        order = standing_order(
            clinic_id=clinic_id, product_id=vial.lot.product_id, on=oslo_date(now)
        )
        if order is None:
            raise NoStandingOrderError
        if vial.lot.state != Lot.State.USABLE:
            raise LotBlockedError
        lock_person(patient_id)  # a dose may be given on another row of theirs
        given = doses_of([patient_id])[patient_id]
        if any(dose.dose_number == dose_number for dose in given):
            raise DoseAlreadyGivenError
        previous = _latest(previous_dose_on, [oslo_date(dose.given_at) for dose in given])
        limits = broken_limits(
            Planned(
                now=now,
                today=oslo_date(now),
                use_before=vial.use_before,
                units_left=left,
                lot_expires_on=vial.lot.expires_on,
                route=route,
                volume_ml=volume,
                ordered_route=ordered_route,
                previous_dose_on=previous,
            )
        )
        overridden = override is not None and _allows(override, limits, previous, oslo_date(now))
        left_over = in_the_way(
            limits, route_allowed=off_plan is not None, interval_allowed=overridden
        )
        if left_over:
            raise OutsideLimitsError(left_over)
        kept = _kept(override if overridden else None, off_plan, limits, by=by)
        dose = Dose(
            patient_id=patient_id,
            vial=vial,
            lot=vial.lot,
            standing_order=order,
            vaccinator_id=int(by.id),
            dose_number=dose_number,
            indication=indication,
            route=route,
            volume_ml=volume,
            site=site,
            given_at=now,
            recorded_at=now,
            lot_number=vial.lot.number,
            lot_expires_on=vial.lot.expires_on,
            use_before=vial.use_before,
            previous_dose_on=previous,
            within_limits=not limits,
            **kept,
        )
        _insert(dose)
        if left == units(volume):
            vial.closed_at = now
            vial.save(update_fields=["closed_at"])
        record(action="dose.given", by=by, now=now, patient_id=patient_id, object_id=dose.pk)
    return dose


def _allows(override: Override, limits: list[Limit], previous: date | None, today: date) -> bool:
    """Tell whether the interval is in the way, and it is as long as the clinician asks."""
    if Limit.INTERVAL not in limits or previous is None:
        return False
    return today >= previous + timedelta(days=override.interval_days)


def _kept(
    interval: Override | None, off_plan: RouteWord | None, limits: list[Limit], *, by: Actor
) -> dict[str, Any]:
    """Return what a dose keeps of the words that lifted its limits."""
    fields: dict[str, Any] = {}
    if interval is not None:
        fields |= {"override_by_id": interval.by_id, "override_reason": interval.reason}
    if off_plan is None:
        return fields
    kept = kept_of(limits, by_clinician=off_plan.by_clinician, overridden=interval is not None)
    if kept.override:
        return {"override_by_id": int(by.id), "override_reason": off_plan.reason}
    if kept.deviation:
        fields |= {"deviation": kept.deviation, "deviation_reason": off_plan.reason}
    return fields


def _insert(dose: Dose) -> None:
    try:
        with transaction.atomic():
            dose.save(force_insert=True)
    except IntegrityError as error:
        raise DoseAlreadyGivenError from error


def _latest(elsewhere: date | None, ours: list[date]) -> date | None:
    return max([*ours, *([elsewhere] if elsewhere else [])], default=None)
