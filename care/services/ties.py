"""What a clinic has to do with a person: the ties of ``audit.domain.why``, read from the rows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, TruncDate

from appointments.domain.status import Status
from appointments.models import Appointment, Displaced, NextAnswer, WaitingEntry
from appointments.selectors.dose_two import dose_two_to_place
from audit.domain.why import Tie, Why, reason_of
from care.services.message_people import people_of
from clinics.domain.calendar import OSLO, oslo_date
from eligibility.models import ReviewCase
from notifications.models import Message
from notifications.selectors import needs_a_hand
from patients.models import Patient
from vaccinations.models import Dose, Reaction, RecallContact, RegistryReport

# Nobody's seat: a hold that was not confirmed.
_NOBODYS = [Status.HELD, Status.EXPIRED]
_OPEN = Cast(Value(None), DateField())


def _through(model: Any, path: str) -> Callable[[UUID], QuerySet[Any]]:
    end = f"{path}__person_id" if path else "person_id"
    return lambda pk: model.objects.filter(pk=pk).values_list(end, flat=True)


# Whom an argument of an address names.
PERSON_OF: Mapping[str, Callable[[UUID], QuerySet[Any]]] = {
    "patient_id": _through(Patient, ""),
    "other_id": _through(Patient, ""),
    "appointment_id": _through(Appointment, "patient"),
    "case_id": _through(ReviewCase, "patient"),
    "entry_id": _through(WaitingEntry, "patient"),
    "displaced_id": _through(Displaced, "appointment__patient"),
    "answer_id": _through(NextAnswer, "patient"),
    "dose_id": _through(Dose, "patient"),
    "reaction_id": _through(Reaction, "dose__patient"),
    "contact_id": _through(RecallContact, "patient"),
    "report_id": _through(RegistryReport, "dose__patient"),
}


def tie_of(clinic_id: int, argument: str, pk: UUID, *, now: datetime) -> Tie | None:
    """Return why staff of a clinic may open whom an argument names now; None when they must say.

    One query; one before it for an appointment or a message, which may be reason enough.
    """
    today = oslo_date(now)
    if argument == "appointment_id":
        own = Appointment.objects.filter(pk=pk, slot__session__clinic_id=clinic_id)
        ties = [Tie(Why.APPOINTMENT, pk, day) for day in own.values_list("date", flat=True)]
        if (found := reason_of(ties, today=today)) is not None:
            return found
    return reason_of(ties_with(clinic_id, PERSON_OF[argument](pk)), today=today)


def tie_of_message(message: Message, *, now: datetime) -> Tie | None:
    """Return a message that did not arrive as a reason; None when it is none."""
    needed = Message.objects.filter(needs_a_hand(now), pk=message.pk).exists()
    return Tie(Why.MESSAGE, message.pk) if needed else None


def person_of_message(message: Message) -> UUID | None:
    """Return the row that is kept of a message's person, None when it is about nobody."""
    return people_of([message]).get(message.pk)


def ties_with(clinic_id: int, person: QuerySet[Any]) -> Iterable[Tie]:
    """Return a clinic's ties with a person, given as a query for the row that is kept; one query.

    Those that are long over are among them.
    """
    whose = {"patient__person_id": Subquery(person[:1])}
    appointments = Appointment.objects.filter(slot__session__clinic_id=clinic_id, **whose)
    doses = Dose.objects.filter(vial__clinic_id=clinic_id, **whose)
    reactions = Reaction.objects.filter(
        dose__vial__clinic_id=clinic_id, dose__patient__person_id=whose["patient__person_id"]
    )
    displaced = Displaced.objects.filter(
        appointment__slot__session__clinic_id=clinic_id,
        appointment__patient__person_id=whose["patient__person_id"],
    )
    cases = ReviewCase.objects.filter(clinic_id=clinic_id, **whose)
    waits = WaitingEntry.objects.filter(clinic_id=clinic_id, **whose)
    answers = NextAnswer.objects.filter(clinic_id=clinic_id, **whose)
    recalled = RecallContact.objects.filter(recall__lot__clinic_id=clinic_id, **whose)
    unreported = Q(ended_at=None) | Q(reported_at=None)
    parts = [
        _as(Why.APPOINTMENT, appointments.exclude(status__in=_NOBODYS), F("date")),
        _as(Why.CASE, cases, _day("closed_at")),
        _as(Why.REACTION, reactions.filter(unreported, replaced_by=None), _OPEN),
        _as(Why.REACTION, reactions.exclude(unreported), _day("onset_at")),
        _as(Why.NEXT_DOSE, dose_two_to_place([clinic_id]).filter(**whose), _OPEN),
        _as(Why.NEXT_DOSE, answers, _day("ended_at")),
        _as(Why.DISPLACED, displaced, _day("ended_at")),
        _as(Why.WAITING, waits, _day("ended_at")),
        _as(Why.RECALL, recalled, _day("made_at")),
        _as(Why.DOSE, doses, _day("given_at")),
    ]
    for why, pk, day in parts[0].union(*parts[1:], all=True):
        yield Tie(Why(why), pk, day)


def _day(name: str) -> Any:
    """Return the day of a moment; none while there is none, as of what is open."""
    return TruncDate(name, tzinfo=OSLO)


def _as(why: Why, rows: QuerySet[Any], day: Any) -> QuerySet[Any, tuple[str, UUID, Any]]:
    """Select a reason's code, a row's key and its day."""
    return (
        rows.select_related(None)
        .order_by()
        .values_list(Value(why.value, output_field=TextField()), "pk", day)
    )
