"""Counts a clinic day: people, doses, vials, waste, against the fewest vials in hindsight."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from appointments.domain.day_numbers import DayNumbers, fewest_vials
from appointments.domain.fees import Fee
from appointments.domain.repairs import AskState
from appointments.domain.session_states import RUNNING
from appointments.domain.slot_times import minute_of
from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind
from appointments.models import Appointment, ClinicSession, MoveAsk, Offer
from appointments.selectors.day import ON_THE_LIST
from care.services.day_losses import lost_unopened
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, units
from vaccinations.models import Dose, Vial

AT_SHORT = (OfferKind.STANDBY, OfferKind.STANDBY_AHEAD)


@dataclass(frozen=True)
class VialUsed:
    """An opened vial of a day, with what was drawn from it in tenths of a millilitre."""

    vial: Vial
    doses: tuple[Dose, ...]

    @property
    def units(self) -> int:
        """How many tenths were given."""
        return sum(units(dose.volume_ml) for dose in self.doses)

    @property
    def is_whole(self) -> bool:
        """Whether one dose took all of it."""
        return any(units(dose.volume_ml) == UNITS_PER_VIAL for dose in self.doses)

    @property
    def could_give(self) -> int:
        """What it could give: what was left in it when it was thrown away is counted."""
        return max(0, UNITS_PER_VIAL - self.vial.not_obtainable)


def vials_of(session: ClinicSession) -> QuerySet[Vial]:
    """Return the vials that were opened for a session, in order.

    A vial belongs to a clinic and a day. Of several sessions that day it belongs to the one that
    had begun last when it was opened; what was opened before all of them, to the first.
    """
    that_day = ClinicSession.objects.filter(
        clinic_id=session.clinic_id, date=session.date, state__in=RUNNING
    ).order_by("starts_at")
    starts = list(that_day.values_list("starts_at", flat=True))
    vials = Vial.objects.filter(clinic_id=session.clinic_id, day=session.date)
    if any(start < session.starts_at for start in starts):
        vials = vials.filter(opened_at__gte=session.starts_at)
    later = [start for start in starts if start > session.starts_at]
    if later:
        vials = vials.filter(opened_at__lt=min(later))
    return vials.order_by("opened_at", "letter")


def vials_used(session: ClinicSession) -> list[VialUsed]:
    """List a session's opened vials with the doses that count; three queries."""
    in_force = Dose.objects.filter(voided_at=None).order_by("given_at")
    found = (
        vials_of(session)
        .select_related("lot")
        .prefetch_related(Prefetch("doses", in_force, to_attr="in_force"))
    )
    return [VialUsed(vial, tuple(vial.in_force)) for vial in found]


def day_numbers(session: ClinicSession) -> DayNumbers:
    """Count a session's day as it stands; eight queries however many people there were."""
    people = list(
        Appointment.objects.filter(slot__session=session, status__in=ON_THE_LIST)
        .annotate(
            invited=Exists(Offer.objects.filter(appointment=OuterRef("pk"), kind__in=AT_SHORT))
        )
        .select_related("dose")
        .only("status", "standby", "walk_in", "fee", "arrived_at", "dose__volume_ml")
    )
    used = vials_used(session)
    # Who had a time and came when somebody else had the seat is on standby, too.
    at_short = [one for one in people if one.standby and one.invited and not one.walk_in]
    walk_ins = [one for one in people if one.walk_in]
    statuses = Counter(one.status for one in people)
    fees = Counter(one.fee for one in people if one.status == Status.VACCINATED)
    asked = MoveAsk.objects.filter(repair__session=session).aggregate(
        asked=Count("pk"), moved=Count("pk", filter=Q(state=AskState.MOVED.value))
    )
    return DayNumbers(
        booked=len(people) - len(at_short) - len(walk_ins),
        standby=len(at_short),
        walk_ins=len(walk_ins),
        came=sum(one.arrived_at is not None for one in people),
        vaccinated=statuses[Status.VACCINATED],
        no_shows=statuses[Status.NO_SHOW],
        turned_away=statuses[Status.TURNED_AWAY],
        left=statuses[Status.LEFT],
        declined=statuses[Status.DECLINED],
        undone=statuses[Status.BOOKED] + statuses[Status.ARRIVED],
        doses=sum(len(one.doses) for one in used),
        units=sum(one.units for one in used),
        vials=len(used),
        discarded=_discarded(used),
        not_obtainable=sum(one.vial.not_obtainable for one in used),
        lost_unopened=lost_unopened(session),
        fewest_vials=_fewest(session, people, used),
        asked=asked["asked"],
        moved=asked["moved"],
        standby_used=sum(one.status == Status.VACCINATED for one in [*at_short, *walk_ins]),
        paid=fees[Fee.PAID],
        exempt=fees[Fee.EXEMPT],
        pay_later=fees[Fee.LATER],
    )


def _discarded(used: Iterable[VialUsed]) -> dict[str, int]:
    discarded: Counter[str] = Counter()
    for one in used:
        if one.vial.discarded:
            discarded[one.vial.discard_reason] += one.vial.discarded
    return dict(sorted(discarded.items()))


def _fewest(session: ClinicSession, people: Iterable[Appointment], used: list[VialUsed]) -> int:
    got = [(one.arrived_at, one.dose) for one in people if one.dose and one.arrived_at]
    sharing = [when for when, dose in got if units(dose.volume_ml) < UNITS_PER_VIAL]
    return fewest_vials(
        [_minute(when, session) for when in sharing],
        whole=len(got) - len(sharing),
        yields=[one.could_give for one in used if not one.is_whole],
        window_min=session.window_minutes,
        used=len(used),
    )


def _minute(moment: datetime, session: ClinicSession) -> int:
    return minute_of(moment, session.starts_at)
