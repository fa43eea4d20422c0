"""The list of those who lack a place for dose 2, and how far they have been reminded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from appointments.selectors.next_due import facts_of, first_doses, with_facts, written_to
from appointments.services.next_answers import open_answers_of
from care.desk.next_due_words import reminders_in_words
from clinics.domain.calendar import oslo_date
from vaccinations.models import Dose


@dataclass(frozen=True)
class DoseTwoDue:
    """Somebody who lacks a place for the next dose, possible from ``earliest_on`` (R16, A11).

    ``reminded_at`` is when a reminder last went; ``reminders`` says in words what comes, or why
    nothing does. ``answer_id`` is what they said about it, for staff to look at.
    """

    dose: Dose
    given_on: date
    earliest_on: date
    reminded_at: datetime | None
    reminders: str
    answer_id: UUID | None


def due_with_reminders(doses: Iterable[Dose], *, now: datetime) -> list[DoseTwoDue]:
    """Return the lines of the list; nine queries, however many there are."""
    listed = list(doses)
    firsts = with_facts(first_doses(only=[dose.patient_id for dose in listed]))
    known = {vars(one)["person"]: one for one in firsts}
    written = written_to(known)
    answers = open_answers_of(known)
    lines = []
    for dose in listed:
        person = dose.patient.person_id
        facts = facts_of(known[person], now=now, written=written)
        lines.append(
            DoseTwoDue(
                dose=dose,
                given_on=oslo_date(dose.given_at),
                earliest_on=facts.first_day,
                reminded_at=max(
                    (one.sent_at for one in written.get(person, []) if one.sent_at), default=None
                ),
                reminders=reminders_in_words(facts, contact_by=dose.patient.kept.contact_by),
                answer_id=answers.get(person),
            )
        )
    return lines
