"""What a clinic day looks like: its sessions, the people booked, the vials planned for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from appointments.domain import vial_planning
from appointments.domain.session_states import RUNNING
from appointments.domain.slot_times import minute_of
from appointments.domain.status import ACTIVE, Status
from appointments.domain.waiting import OfferState
from appointments.models import Appointment, ClinicSession, Offer
from appointments.selectors.places import WHOLE_VIAL_ROUTE, policy_of
from clinics.domain.calendar import oslo_date

# Who was booked and what became of it. Held, expired and cancelled seats are nobody's.
ON_THE_LIST = ACTIVE | {
    Status.VACCINATED,
    Status.TURNED_AWAY,
    Status.LEFT,
    Status.DECLINED,
    Status.NO_SHOW,
}
# These share in the day's vials: the plan counts them.
_NEED_A_DOSE = ACTIVE | {Status.VACCINATED}


def sessions_from(clinic_ids: Iterable[int], *, now: datetime) -> list[ClinicSession]:
    """List the sessions of clinics that are today, still under way, or to come; one query.

    One that is closed for booking is among them: its people come all the same. Each has its clinic
    and ``booked``, how many people have a place.
    """
    return list(
        ClinicSession.objects.filter(
            Q(date__gte=oslo_date(now)) | Q(ends_at__gt=now),
            clinic_id__in=clinic_ids,
            state__in=RUNNING,
        )
        .select_related("clinic")
        .annotate(
            booked=Count(
                "slots__appointments", filter=Q(slots__appointments__status__in=_NEED_A_DOSE)
            )
        )
        .order_by("starts_at", "pk")
    )


def is_under_way(session: ClinicSession, now: datetime) -> bool:
    """Tell whether a session is today's, or began yesterday and has not ended."""
    return session.date == oslo_date(now) or session.starts_at <= now <= session.ends_at


def people_of(session_id: UUID) -> list[Appointment]:
    """List the people of a session by time, with slot, patient and decision; one query.

    Only what a list shows is read: the rest of a decision stays encrypted in the database.
    ``come_by`` is when a standby person is to be there; None for others.
    """
    agreed = Offer.objects.filter(
        appointment=OuterRef("pk"), state=OfferState.ACCEPTED.value, come_by__isnull=False
    ).order_by("-made_at")
    return list(
        Appointment.objects.filter(slot__session_id=session_id, status__in=ON_THE_LIST)
        .select_related("slot", "patient__merged_into", "decision")
        .annotate(come_by=Subquery(agreed.values("come_by")[:1]))
        .only(
            "status",
            "standby",
            "route",
            "dose_number",
            "arrived_at",
            "ended_at",
            "told_time",
            "told_time_of",
            "end_reason",
            "walk_in",
            "dose",
            "observe_until",
            "released_at",
            "slot__starts_at",
            "patient__given_name",
            "patient__family_name",
            "patient__call_name",
            "patient__birth_date",
            "patient__interpreter",
            "patient__protected_address",
            "patient__merged_into__given_name",
            "patient__merged_into__family_name",
            "patient__merged_into__call_name",
            "patient__merged_into__birth_date",
            "patient__merged_into__interpreter",
            "patient__merged_into__protected_address",
            "decision__source",
            "decision__assessed_on",
            "decision__outcome",
            "decision__course",
        )
        .order_by("slot__starts_at", "seat")
    )


@dataclass(frozen=True)
class PlannedVial:
    """A vial that is planned for the people of a session, who take ``doses`` of it."""

    first_at: datetime
    last_at: datetime
    doses: int
    capacity: int
    whole: bool
    appointments: tuple[Appointment, ...]


def planned_vials(session: ClinicSession, people: Iterable[Appointment]) -> list[PlannedVial]:
    """Plan which people of a session share a vial, in order of time.

    The whole day's people count, also those who have had their dose. A whole-vial dose has its own.
    No vial is planned for standby people: they take what is left over.
    """
    policy = policy_of(session)
    needing = sorted(
        (one for one in people if one.status in _NEED_A_DOSE and not one.standby),
        key=lambda one: one.slot.starts_at,
    )
    sharing = [one for one in needing if one.route != WHOLE_VIAL_ROUTE]
    minutes = [minute_of(one.slot.starts_at, session.starts_at) for one in sharing]
    groups = [
        [sharing[index] for index in batch]
        for batch in vial_planning.plan_batches(minutes, policy).batches
    ]
    shared = [_planned(group, policy.booked_per_vial, whole=False) for group in groups]
    whole = [_planned([one], 1, whole=True) for one in needing if one.route == WHOLE_VIAL_ROUTE]
    return sorted([*shared, *whole], key=lambda vial: vial.first_at)


def _planned(group: list[Appointment], capacity: int, *, whole: bool) -> PlannedVial:
    return PlannedVial(
        first_at=group[0].slot.starts_at,
        last_at=group[-1].slot.starts_at,
        doses=len(group),
        capacity=capacity,
        whole=whole,
        appointments=tuple(group),
    )
