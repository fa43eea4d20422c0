"""People who go: those whom nothing came of, and with them all that was kept about them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from appointments.models import Appointment, WaitingEntry
from appointments.services.retention import delete_times, never_came
from audit.domain import Actor
from audit.services import record_many
from eligibility.models import Decision
from eligibility.services.retention import delete_decisions
from notifications.services.retention import delete_messages
from patients.models import Patient
from patients.services.retention import delete_people, people_made_before


def unbooked(before: datetime) -> "QuerySet[Patient]":
    """Select people who were registered before and neither booked, waited nor asked a clinician."""
    return people_made_before(before, but_for={Decision})


def never_vaccinated(before: datetime) -> "QuerySet[Patient]":
    """Select people who booked or waited and never came, of whom nothing was heard since.

    Who was there, had a dose or was judged by a clinician has a record, and it is kept.
    """
    people = people_made_before(before, but_for={Decision, Appointment, WaitingEntry})
    heard = Decision.objects.filter(patient=OuterRef("pk"), made_at__gt=before)
    return never_came(people.filter(~Exists(heard)), since=before)


def delete(ids: Sequence[UUID], now: datetime) -> int:
    """Delete people and all that is about them; the access log keeps that it was done."""
    subjects = [*delete_times(ids), *delete_decisions(ids)]
    delete_messages([*ids, *subjects])
    deleted = delete_people(ids, subjects=subjects)
    record_many(
        action="retention.person_deleted",
        by=Actor.system(),
        now=now,
        patients=dict.fromkeys(ids, ""),
    )
    return deleted
