"""The sweeps that write messages because of the time: what a later moment would find written."""

from collections.abc import Callable

from appointments.services.next_due import remind_of_next
from appointments.services.waves import send_waves
from eligibility.services.case_alerts import alert_to_urgent_cases

# Each takes ``now``, only writes rows, and can be undone with the transaction it runs in.
PLANNERS: tuple[Callable[..., object], ...] = (remind_of_next, send_waves, alert_to_urgent_cases)
