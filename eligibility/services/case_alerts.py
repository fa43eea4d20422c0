"""Alerts a clinic to cases that are overdue, or will be within 12 hours."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.selectors import emails_with_role
from eligibility.domain.cases import WAITING, due_day, stands_out, urgency_of
from eligibility.models import ReviewCase
from eligibility.selectors.cases import timing_of
from notifications.models import Message
from notifications.services.outbox import queue

KIND = "case_urgent"
# In place of a clinician's number in an occasion: the clinic's own address.
_CLINIC = "clinic"


def alert_of(case: ReviewCase, *, now: datetime) -> str:
    """Return what a clinic is alerted to about a case, once each; "" when there is nothing.

    The clinic, the urgency and the day that counts tell two alerts apart.
    """
    timing = timing_of(case)
    if case.state not in WAITING or not stands_out(timing, now):
        return ""
    return f"{case.clinic_id}.{urgency_of(timing, now)}.{due_day(timing, oslo_date(now))}"


def alert_to_urgent_cases(*, now: datetime) -> int:
    """Write an e-mail to the clinic of each case that stands out; return how many are new.

    A clinic without an address of its own has its clinicians written to.
    """
    tomorrow = oslo_date(now) + timedelta(days=1)
    cases = ReviewCase.objects.filter(
        Q(prevents_until__lte=tomorrow) | Q(deadline__lte=tomorrow), state__in=WAITING
    ).select_related("clinic")
    due = {
        case: alert for case in cases.defer("sent", "note") if (alert := alert_of(case, now=now))
    }
    told = {
        (subject_id, occasion.partition(":")[0])
        for subject_id, occasion in Message.objects.filter(
            kind=KIND, subject_id__in=[case.pk for case in due]
        ).values_list("subject_id", "occasion")
    }
    new = {case: alert for case, alert in due.items() if (case.pk, alert) not in told}
    clinicians = emails_with_role(
        {case.clinic_id for case in new if not case.clinic.email},
        Role.CLINICIAN,
        on=oslo_date(now),
    )
    for case, alert in new.items():
        whom = [_CLINIC] if case.clinic.email else sorted(map(str, clinicians[case.clinic_id]))
        for one in whom:
            _write(case, f"{alert}:{one}", now=now)
    return len(new)


def _write(case: ReviewCase, occasion: str, *, now: datetime) -> None:
    queue(
        kind=KIND,
        subject_id=case.pk,
        occasion=occasion,
        due_at=now,
        channels=[Message.Channel.EMAIL],
        now=now,
        clinic_id=case.clinic_id,
    )


def alert_addresses(messages: Iterable[Message]) -> dict[UUID, str]:
    """Return where each alert goes, by message: the clinic's address, or a clinician's."""
    alerts = list(messages)
    clinic_ids = {alert.clinic_id for alert in alerts if alert.clinic_id is not None}
    own = dict(Clinic.objects.filter(pk__in=clinic_ids).values_list("pk", "email"))
    clinicians = emails_with_role(clinic_ids, Role.CLINICIAN, on=None)
    found = {}
    for alert in alerts:
        whom = alert.occasion.partition(":")[2]
        if alert.clinic_id is None:
            continue
        found[alert.pk] = (
            own.get(alert.clinic_id, "")
            if whom == _CLINIC
            else clinicians[alert.clinic_id].get(int(whom), "")
        )
    return found


def queue_url(clinic: Clinic) -> str:
    """Return the address of a clinic's queue, which asks for a log-in."""
    return settings.PUBLIC_URL + reverse("desk:cases", args=[clinic.slug])
