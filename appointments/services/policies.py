"""Decides which planning numbers govern a session: the clinic's own, and what it has learned."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from appointments.domain.session_states import SessionState
from appointments.domain.vial_policy import LONGEST_WINDOW, ImpossiblePolicyError, VialPolicy
from appointments.locks import lock_clinic
from appointments.models import PLANNING_BOUNDS, ClinicSession, PlanningNumbers
from appointments.selectors.history import learned_at
from appointments.selectors.places import policy_of
from audit.domain import Actor
from audit.services import record


def policy_for(*, clinic_id: int, window_min: int, now: datetime) -> VialPolicy:
    """Return the policy of a clinic for an in-use window: chosen, then learned, then default.

    Three queries. Raises ImpossiblePolicyError.
    """
    own = PlanningNumbers.objects.filter(clinic_id=clinic_id).first()
    numbers = {**learned_at(clinic_id, now=now).numbers(), **(own.chosen() if own else {})}
    return VialPolicy.from_snapshot(window_min, numbers)


def take_policy(session: ClinicSession, *, now: datetime) -> VialPolicy:
    """Give a session the numbers that govern it from now on; the caller saves ``policy``.

    A draft takes all of them. Once people can book, only what is learned is taken anew: how many
    share a vial, and the margin, have decided what was promised. Raises ImpossiblePolicyError.
    """
    if session.state == SessionState.DRAFT:
        policy = policy_for(clinic_id=session.clinic_id, window_min=session.window_minutes, now=now)
    else:
        learned = learned_at(session.clinic_id, now=now).numbers()
        kept = policy_of(session).snapshot()
        policy = VialPolicy.from_snapshot(session.window_minutes, {**kept, **learned})
    session.policy = policy.snapshot()
    return policy


def choose_planning_numbers(
    *, clinic_id: int, numbers: Mapping[str, int | None], by: Actor, now: datetime
) -> PlanningNumbers:
    """Keep what a clinic has chosen for its planning; None leaves a number at its default.

    It governs what is planned or opened from now on. Raises ImpossiblePolicyError.
    """
    check_planning_numbers(numbers)
    with transaction.atomic():
        lock_clinic(clinic_id)
        own, made = PlanningNumbers.objects.get_or_create(clinic_id=clinic_id)
        changed = [name for name, value in numbers.items() if getattr(own, name) != value]
        for name in changed:
            setattr(own, name, numbers[name])
        if not changed and not made:
            return own
        own.save(update_fields=changed or None)
        record(
            action="planning.chosen",
            by=by,
            now=now,
            object_id=own.pk,
            reason=", ".join(sorted(changed)),
        )
    return own


def check_planning_numbers(numbers: Mapping[str, int | None]) -> VialPolicy:
    """Return the policy that numbers make, for the longest window.

    Raises ImpossiblePolicyError with the name of the first that cannot be.
    """
    if faults := planning_faults(numbers):
        raise ImpossiblePolicyError(faults[0])
    chosen = {name: value for name, value in numbers.items() if value is not None}
    return VialPolicy.from_snapshot(LONGEST_WINDOW, chosen)


def planning_faults(numbers: Mapping[str, int | None]) -> list[str]:
    """Name the numbers that cannot be: unknown, out of bounds, or more people than share a vial."""
    chosen = {name: value for name, value in numbers.items() if value is not None}
    faults = []
    for name, value in chosen.items():
        least, most = PLANNING_BOUNDS.get(name, (1, 0))
        if not least <= value <= most:
            faults.append(name)
    if "booked_per_vial" in faults:
        return faults
    shared = chosen.get("booked_per_vial", VialPolicy(LONGEST_WINDOW).booked_per_vial)
    people = [name for name in ("min_batch", "open_threshold") if name not in faults]
    return [*faults, *(name for name in people if chosen.get(name, 0) > shared)]
