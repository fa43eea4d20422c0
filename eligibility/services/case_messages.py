"""Writes the messages about a case to the outbox, in the caller's transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from eligibility.models import ReviewCase
from notifications.services.outbox import channels_of, queue
from patients.selectors import contact_by_of
from patients.services.links import Key, mint_urls

CASE_LINK = "case"
# Longer than any case is open: who is approved may look for a time later.
LINK_LASTS = timedelta(days=60)


def received(case: ReviewCase, *, now: datetime) -> None:
    """Tell the person that the case has come, and where to see what becomes of it."""
    _tell("case_received", case, occasion="received", now=now)


def answered(case: ReviewCase, *, now: datetime) -> None:
    """Tell the person that the case has an answer, or was ended without one."""
    _tell("case_answered", case, occasion="answered", now=now)


def asked_to_call(case: ReviewCase, *, now: datetime) -> None:
    """Ask the person to call; asked again another day, they are told again."""
    _tell("case_call", case, occasion=now.astimezone(UTC).strftime("%Y%m%dT%H%MZ"), now=now)


def _tell(kind: str, case: ReviewCase, *, occasion: str, now: datetime) -> None:
    contact_by = contact_by_of(case.patient_id)
    queue(
        kind=kind,
        subject_id=case.pk,
        occasion=occasion,
        due_at=now,
        channels=channels_of(contact_by),
        now=now,
        clinic_id=case.clinic_id,
    )


def case_urls(cases: Mapping[Key, ReviewCase], *, now: datetime) -> dict[Key, str]:
    """Mint a link to each case, all in one statement; only their hashes are kept."""
    ends_at = now + LINK_LASTS
    wanted = {key: (one.pk, ends_at) for key, one in cases.items()}
    return mint_urls(purpose=CASE_LINK, view="cases:link", wanted=wanted, now=now)
