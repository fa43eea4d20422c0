"""When a clinic is open, as anybody may know."""

from datetime import datetime

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
