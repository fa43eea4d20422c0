"""When a clinic is open, as anybody may know."""

from datetime import datetime

from django.db.models import Min

from appointments.models import ClinicSession

SHOWN = 4


def coming_openings(clinic_id: int, *, now: datetime) -> list[ClinicSession]:
    """List a clinic's next four open sessions, with one under way first; one query."""
    return list(
        ClinicSession.objects.filter(
            clinic_id=clinic_id, state=ClinicSession.State.OPEN, ends_at__gt=now
        )
        .only("date", "starts_at", "ends_at")
        .order_by("starts_at", "pk")[:SHOWN]
    )


def next_openings(*, now: datetime) -> dict[int, datetime]:
    """Return when each clinic is open next, by its id; a session under way counts. One query."""
    found = (
        ClinicSession.objects.filter(state=ClinicSession.State.OPEN, ends_at__gt=now)
        .values("clinic_id")
        .annotate(first=Min("starts_at"))
        .order_by()
    )
    return dict(found.values_list("clinic_id", "first"))
