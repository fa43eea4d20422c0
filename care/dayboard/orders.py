"""The doctor's order as the board needs it: there is one, or who can mend that there is none."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from appointments.models import ClinicSession
from clinics.domain.calendar import oslo_date
from clinics.models import Staff
from vaccinations.models import StandingOrder
from vaccinations.selectors import clinicians_who_sign, standing_order


@dataclass(frozen=True)
class MissingOrder:
    """No order holds at the session's clinic on ``day``; ``signers`` are those who may sign one."""

    session: ClinicSession
    day: date
    signers: tuple[Staff, ...]

    def link_for(self, staff: Staff) -> str:
        """Return where a reader can mend it or see it; "" for those without the admin."""
        if not staff.is_staff:
            return ""
        if self.may_sign(staff):
            add = reverse("admin:vaccinations_standingorder_add")
            return f"{add}?clinic={self.session.clinic_id}&product={self.session.product_id}"
        return reverse("admin:vaccinations_standingorder_changelist")

    def may_sign(self, staff: Staff) -> bool:
        """Tell whether the reader is one of those who may sign."""
        return staff in self.signers


def order_of(session: ClinicSession, *, now: datetime) -> StandingOrder | None:
    """Return the order that doses of a session are given on, today or on its day to come."""
    return standing_order(
        clinic_id=session.clinic_id, product_id=session.product_id, on=day_of_order(session, now)
    )


def missing_order_of(session: ClinicSession, *, now: datetime) -> MissingOrder | None:
    """Say what is missing where no order holds; None where all is well or the day has passed."""
    return None if order_of(session, now=now) else who_can_sign(session, now=now)


def who_can_sign(session: ClinicSession, *, now: datetime) -> MissingOrder | None:
    """Say who can mend that no order holds; None where the day has passed. One query."""
    if session.date < oslo_date(now):
        return None
    day = day_of_order(session, now)
    return MissingOrder(session, day, tuple(clinicians_who_sign(session.clinic_id, on=day)))


def day_of_order(session: ClinicSession, now: datetime) -> date:
    """Return the day on which an order must hold: the session's, or today once that is over."""
    return max(session.date, oslo_date(now))
