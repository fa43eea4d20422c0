"""Breaking the glass: opening a person's pages without a tie, for a reason that is written down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.actors import Actor
from audit.domain.why import LONGEST, SHORTEST, GivenCode, Why
from audit.models import GivenReason
from audit.services.recording import record


class ReasonTooShortOrLongError(Exception):
    """A reason is written in 10 to 200 characters."""


@transaction.atomic
def give_reason(
    *,
    patient_id: UUID | None,
    object_id: object,
    code: GivenCode,
    text: str,
    by: Actor,
    now: datetime,
) -> Actor:
    """Keep why somebody opens a person's pages; return them with this as their reason.

    The log has the code and the reason's key; the words are encrypted, apart from it.
    ``patient_id`` is None for a whole day, which ``object_id`` then is. Raises
    ReasonTooShortOrLongError.
    """
    words = " ".join(text.split())
    if not SHORTEST <= len(words) <= LONGEST:
        raise ReasonTooShortOrLongError
    given = GivenReason.objects.create(code=code.value, text=words, given_at=now)
    because = by.because(Why.GIVEN, given.pk)
    record(
        action="reason.given",
        by=because,
        now=now,
        patient_id=patient_id,
        object_id=object_id,
        reason=code.value,
    )
    return because
