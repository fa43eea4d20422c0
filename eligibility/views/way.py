"""Where a visitor stands, as an address."""

from datetime import datetime

from django.urls import reverse

from eligibility.domain.questionnaire import next_step
from eligibility.services.screening import declined_step, given_so_far, needs_guardian


def way_on(key: str | None, *, now: datetime) -> str:
    """Return the address where this browser goes on; "" when nothing is answered.

    It is the next question, the result, or the page of people to talk to, for those who would
    rather not answer the next question and for those whose guardian is to call.
    """
    given = given_so_far(key)
    if not given:
        return ""
    if needs_guardian(given, now=now):
        return reverse("eligibility:guardian")
    if declined_step(key) is not None:
        return reverse("eligibility:talk")
    following = next_step(given)
    if following is None:
        return reverse("eligibility:result")
    return reverse("eligibility:step", args=[following])
