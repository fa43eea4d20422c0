"""Drops who somebody is from decisions that are of no more use, and decisions with their people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from eligibility.domain.cases import WAITING
from eligibility.models import Decision, ReviewCase
from vaccinations.models import Dose

# Decisions that health personnel made with the person.
BY_STAFF = (Decision.Source.RESCREEN, Decision.Source.CLINICIAN)


def decisions_at_rest(*, since: datetime) -> "QuerySet[Decision]":
    """Select decisions with a group, setting or flags of people with whom nothing happened since.

    No decision, no dose, and no case that waits. Who has or waits for a time, the caller knows.
    """
    of_person = {"patient__person_id": OuterRef("patient__person_id")}
    return Decision.objects.filter(
        ~Exists(Decision.objects.filter(**of_person, made_at__gt=since)),
        ~Exists(Dose.objects.filter(**of_person, given_at__gt=since)),
        ~Exists(ReviewCase.objects.filter(**of_person, state__in=WAITING)),
        group_dropped_at=None,
    )


def drop_groups(ids: Sequence[UUID], *, now: datetime) -> int:
    """Drop group and setting from decisions, and the flags of what people answered at home.

    What was asked at a visit, or weighed by a clinician, is why somebody was given the vaccine or
    was not: it belongs to the record, which is kept.
    """
    found = Decision.objects.filter(pk__in=ids)
    found.exclude(source__in=BY_STAFF).update(flags=[])
    return found.update(priority_group="", setting="", group_dropped_at=now)


def delete_decisions(patients: Sequence[UUID]) -> list[UUID]:
    """Delete people's decisions; return which."""
    ids = list(Decision.objects.filter(patient__in=patients).values_list("pk", flat=True))
    Decision.objects.filter(pk__in=ids).delete()
    return ids
