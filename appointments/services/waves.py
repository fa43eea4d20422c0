"""Tells people that a clinic has times for their group, no more of them than there are places."""

from datetime import datetime, timedelta

from django.db import transaction

from appointments.locks import lock_clinic
from appointments.selectors.dose_two import dose_two_to_place
from appointments.selectors.places import SessionPlaces, free_places
from clinics.domain.calendar import oslo_date
from clinics.selectors import groups_offered
from eligibility.models import GroupInterest
from eligibility.services.interests import tell, waiting_to_be_told

# Whoever was told has so long before the place they were told of counts as free for another.
TIME_TO_BOOK = timedelta(days=2)
SHARED_VIAL_ROUTE = "intradermal"


def send_waves(*, now: datetime) -> int:
    """Tell the next people at every clinic that has times for them; return how many.

    Each clinic is a transaction under its lock, so two sweeps at once tell nobody twice and no more
    people than there are places.
    """
    clinics = (
        GroupInterest.objects.filter(ended_at=None, told_at=None)
        .order_by()
        .values_list("clinic_id", flat=True)
        .distinct()
    )
    return sum(_wave(clinic_id, now=now) for clinic_id in list(clinics))


def _wave(clinic_id: int, *, now: datetime) -> int:
    with transaction.atomic():
        lock_clinic(clinic_id)
        return tell(next_to_tell(clinic_id, now=now), now=now)


def next_to_tell(clinic_id: int, *, now: datetime) -> list[GroupInterest]:
    """Choose whom to tell now: the lowest group first, then the longest waiting (reading).

    A group takes part while the clinic offers it. Places go first to those who lack dose 2, and to
    those who were told within two days.
    """
    offered = groups_offered(clinic_id, oslo_date(now))
    waiting = [
        one for one in waiting_to_be_told(clinic_id) if int(one.priority_group or 0) in offered
    ]
    groups = {int(one.priority_group or 0) for one in waiting}
    free = {group: _free_times(clinic_id, group, now=now) for group in sorted(groups)}
    left = len(set().union(*free.values())) - _promised(clinic_id, now=now)
    chosen: list[GroupInterest] = []
    for one in sorted(waiting, key=lambda one: (int(one.priority_group or 0), one.consented_at)):
        group = int(one.priority_group or 0)
        of_group = sum(int(other.priority_group or 0) == group for other in chosen)
        if len(chosen) < left and of_group < len(free[group]):
            chosen.append(one)
    return chosen


def _free_times(clinic_id: int, group: int, *, now: datetime) -> set[object]:
    found: list[SessionPlaces] = free_places(
        clinic_id, route=SHARED_VIAL_ROUTE, group=group, not_before=oslo_date(now), now=now
    )
    return {place.slot_id for one in found for place in one.places}


def _promised(clinic_id: int, *, now: datetime) -> int:
    told = GroupInterest.objects.filter(
        clinic_id=clinic_id, ended_at=None, told_at__gt=now - TIME_TO_BOOK
    )
    return told.count() + dose_two_to_place([clinic_id]).count()
