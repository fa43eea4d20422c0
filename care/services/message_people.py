"""Whose a message is: found through what it is about, because a message names nobody."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Model

from appointments.models import Appointment, MoveAsk, Offer, WaitingEntry
from eligibility.models import GroupInterest, ReviewCase
from notifications.models import Message
from notifications.services.registry import kinds
from patients.models import Patient
from vaccinations.models import Dose, RecallContact

# From a row that messages are about to its patient; "" where it is the patient, None where there
# is none: a wish to be told has a contact, and nobody's name.
PATIENT_OF: dict[type[Model], str | None] = {
    Appointment: "patient",
    MoveAsk: "appointment__patient",
    Offer: "entry__patient",
    WaitingEntry: "patient",
    ReviewCase: "patient",
    RecallContact: "patient",
    Dose: "patient",
    Patient: "",
    GroupInterest: None,
}


def people_of(messages: Iterable[Message]) -> dict[UUID, UUID]:
    """Return the row that is kept of each message's person, by message; a query for each model.

    Left out are those that are about nobody, or about a row that is gone.
    """
    model_of = {kind.code: kind.subject for kind in kinds()}
    about: dict[type[Model], list[Message]] = defaultdict(list)
    for message in messages:
        model = model_of.get(message.kind)
        if model and PATIENT_OF.get(model) is not None:
            about[model].append(message)
    found: dict[UUID, UUID] = {}
    for model, batch in about.items():
        path = _path(model, "person_id")
        rows = model._default_manager.filter(  # noqa: SLF001
            pk__in={message.subject_id for message in batch}
        )
        person: dict[UUID, UUID] = dict(rows.values_list("pk", path))
        for message in batch:
            if person.get(message.subject_id):
                found[message.pk] = person[message.subject_id]
    return found


def subjects_of(patient_ids: Collection[UUID]) -> list[UUID]:
    """Return everything that messages may be about, of a person's rows; one query."""
    queries = [
        model._default_manager.filter(**{_path(model, "pk__in"): patient_ids})  # noqa: SLF001
        .order_by()
        .values_list("pk")
        for model, path in PATIENT_OF.items()
        if path is not None
    ]
    return [pk for [pk] in queries[0].union(*queries[1:], all=True)]


def _path(model: type[Model], end: str) -> str:
    path = PATIENT_OF[model]
    return f"{path}__{end}" if path else end
