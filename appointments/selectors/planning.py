"""The coming sessions as their planners see them: vials, what is under-filled, what to merge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from appointments.domain.merging import vials_saved_by_moving
from appointments.domain.session_states import RUNNING, SessionState
from appointments.domain.under_filled import UnderFilled, under_filled
from appointments.models import ClinicSession, Repair
from appointments.selectors.session_plans import SessionPlan, session_plans

AHEAD = timedelta(weeks=6)
# Whoever is moved to another day must find it near, and there is a limit to whom one can ring.
NEAR = timedelta(days=14)
NEAREST = 4  # days looked at
MOST_PEOPLE = 12


@dataclass(frozen=True)
class Small:
    """A vial that is planned for too few, with the times of its people."""

    times: list[datetime]
    doses_lost: float
    extra_vials: float


@dataclass(frozen=True)
class Merger:
    """Closing a day by moving its ``people`` into another saves ``vials`` at least."""

    into: ClinicSession
    people: int
    vials: int


@dataclass(frozen=True)
class ComingSession:
    """A session to come. ``repair`` is its newest planning, if there was one."""

    session: ClinicSession
    plan: SessionPlan
    vials: int
    small: list[Small]
    repair: Repair | None
    merger: Merger | None

    @property
    def seats(self) -> int:
        """How many places it has in all."""
        return sum(len(slot.free) for slot in self.plan.slots.values()) + self.plan.booked


def coming_sessions(clinic_id: int, *, now: datetime) -> list[ComingSession]:
    """List a clinic's sessions of the coming six weeks that have not begun, soonest first.

    Four queries however many there are.
    """
    sessions = list(
        ClinicSession.objects.filter(
            clinic_id=clinic_id,
            state__in=RUNNING,
            starts_at__gt=now,
            starts_at__lte=now + AHEAD,
        ).order_by("starts_at")
    )
    plans = session_plans(sessions, now=now)
    newest = _newest_repairs(sessions)
    return [
        ComingSession(
            session=session,
            plan=plans[session.pk],
            vials=plans[session.pk].vials(),
            small=small_vials(plans[session.pk]),
            repair=newest.get(session.pk),
            merger=_best_merger(plans[session.pk], plans.values(), now),
        )
        for session in sessions
    ]


def small_vials(plan: SessionPlan) -> list[Small]:
    """List the vials planned for too few people, and what they cost."""
    return [_small(plan, one) for one in under_filled(plan.minutes, plan.policy)]


def _small(plan: SessionPlan, one: UnderFilled) -> Small:
    return Small([plan.at(index) for index in one.people], one.doses_lost, one.extra_vials)


def _newest_repairs(sessions: Iterable[ClinicSession]) -> dict[UUID, Repair]:
    repairs = Repair.objects.filter(session__in=list(sessions)).order_by("number")
    return {repair.session_id: repair for repair in repairs}  # the newest comes last, and stays


def _best_merger(plan: SessionPlan, others: Iterable[SessionPlan], now: datetime) -> Merger | None:
    """Find the near day whose vials the people of a day fit into best; None when none saves any."""
    if not 0 < plan.booked <= MOST_PEOPLE:
        return None
    near = sorted(
        (other for other in others if _could_take(other, plan, now)),
        key=lambda other: abs(other.session.starts_at - plan.session.starts_at),
    )
    found = [
        (saved, other.session)
        for other in near[:NEAREST]
        if _might_save(plan, other)
        and (saved := vials_saved_by_moving(plan.to_merge(now), other.to_merge(now)))
    ]
    best = max(found, key=lambda one: one[0], default=None)
    if best is None or best[0] < 1:
        return None
    return Merger(into=best[1], people=plan.booked, vials=best[0])


def _could_take(other: SessionPlan, plan: SessionPlan, now: datetime) -> bool:
    here, there = plan.session, other.session
    return (
        here.pk != there.pk
        and other.booked >= plan.booked  # the fewer are asked
        and there.state == SessionState.OPEN
        and there.product_id == here.product_id
        and there.cutoff_at > now
        and abs(there.starts_at - here.starts_at) <= NEAR
        and set(here.offered_groups) <= set(there.offered_groups)
        and (plan.not_before is None or there.date >= plan.not_before)
    )


def _might_save(plan: SessionPlan, other: SessionPlan) -> bool:
    """Tell whether fewer vials could do at all: a bound that spares the search."""
    sharing = len(plan.people) + len(other.people)
    least = ceil(sharing / other.policy.booked_per_vial) + plan.whole_vials + other.whole_vials
    return plan.vials() + other.vials() > least
