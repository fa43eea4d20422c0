"""Reminds people who have had dose 1, and have no place for dose 2, that they can book it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from appointments.domain.next_due import Occasion, recall_now
from appointments.selectors.next_due import (
    KIND,
    facts_of,
    occasion_of,
    to_remind,
    with_facts,
    written_to,
)
from notifications.services.outbox import Wanted, channels_of, queue_all
from patients.services.links import Key, mint_urls
from vaccinations.models import Dose

NEXT_LINK = "next_due"
# Until after the next reminder, which has a link of its own.
LINK_LASTS = timedelta(days=45)
AT_A_TIME = 1000


def remind_of_next(*, now: datetime) -> int:
    """Write to whoever an occasion has come for; return how many people.

    Eleven queries at most for a thousand people. Safe to run twice at once: the outbox has one row
    for a person, channel and occasion, and each is asked about again when it is sent.
    """
    doses = to_remind(now=now).select_related("patient__merged_into", "vial").iterator(AT_A_TIME)
    return sum(_remind(some, now=now) for some in _in_thousands(doses))


def next_urls(patients: Mapping[Key, UUID], *, now: datetime) -> dict[Key, str]:
    """Mint a link to the page about each person's next time, all in one statement."""
    wanted = {key: (patient_id, now + LINK_LASTS) for key, patient_id in patients.items()}
    return mint_urls(purpose=NEXT_LINK, view="appointments:next_link", wanted=wanted, now=now)


def _remind(doses: list[Dose], *, now: datetime) -> int:
    doses = with_facts(doses)
    written = written_to(dose.patient.person_id for dose in doses)
    due = [
        (dose, occasion)
        for dose in doses
        if isinstance(occasion := recall_now(facts_of(dose, now=now, written=written)), Occasion)
    ]
    wanted = [_wanted(dose, occasion, now) for dose, occasion in due]
    queue_all(wanted, now=now)
    return sum(bool(one.channels) for one in wanted)


def _wanted(dose: Dose, occasion: Occasion, now: datetime) -> Wanted:
    return Wanted(
        kind=KIND,
        subject_id=dose.patient.person_id,
        occasion=occasion_of(occasion.code, dose),
        due_at=now,
        channels=channels_of(dose.patient.kept.contact_by),
        clinic_id=dose.vial.clinic_id,
    )


def _in_thousands(doses: Iterable[Dose]) -> Iterator[list[Dose]]:
    rest = iter(doses)
    while some := list(islice(rest, AT_A_TIME)):
        yield some
