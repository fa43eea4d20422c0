"""Who has had a dose, is to have one more, and has no place for it."""

from collections.abc import Iterable

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from appointments.domain.status import ACTIVE
from appointments.models import Appointment, NextAnswer
from eligibility.domain.decision import Outcome
from eligibility.models import Decision
from vaccinations.domain.reactions import Kind
from vaccinations.domain.reactions import Outcome as ReactionOutcome
from vaccinations.models import Dose, Reaction

# A newer decision that says otherwise (a stop, a review) takes a person off the list.
STILL_DUE = (Outcome.ELIGIBLE, Outcome.DEFER)


def dose_two_to_place(clinic_ids: Iterable[int]) -> QuerySet[Dose]:
    """Return the last doses, given at some clinics, of people who lack a place for the next.

    Their newest decision has a course with a further dose, no appointment for it is active, they
    have not had mpox since (R20, R43), and staff have not found true that it is not needed.
    Oldest first, with patient and vial; one query.
    """
    of_patient = Decision.objects.filter(
        patient__person_id=OuterRef("patient__person_id")
    ).order_by("-made_at")
    doses_planned = Cast(KeyTextTransform("doses", "course"), IntegerField())
    later = Dose.objects.filter(
        patient__person_id=OuterRef("patient__person_id"),
        voided_at=None,
        dose_number__gt=OuterRef("dose_number"),
    )
    place = Appointment.objects.filter(
        patient__person_id=OuterRef("patient__person_id"),
        status__in=ACTIVE,
        dose_number__gt=OuterRef("dose_number"),
    )
    needs_none = NextAnswer.objects.filter(
        patient__person_id=OuterRef("patient__person_id"), end=NextAnswer.End.HOLDS
    )
    failures = Reaction.objects.filter(
        patient__person_id=OuterRef("patient__person_id"), kind=Kind.FAILURE, replaced_by=None
    ).exclude(outcome=ReactionOutcome.MISTAKE)
    return (
        Dose.objects.filter(vial__clinic_id__in=clinic_ids, voided_at=None)
        .filter(~Exists(later), ~Exists(place), ~Exists(needs_none), ~Exists(failures))
        .annotate(
            outcome=Subquery(of_patient.values("outcome")[:1]),
            doses_planned=Subquery(of_patient.values(planned=doses_planned)[:1]),
        )
        .filter(outcome__in=STILL_DUE, doses_planned__gt=F("dose_number"))
        .select_related("patient__merged_into", "vial")
        .order_by("given_at", "pk")
    )
