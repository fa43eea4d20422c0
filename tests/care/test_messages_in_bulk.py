"""What a batch costs the database does not depend on how many it holds, whatever the kind."""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, islice
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, MoveAsk, Offer, WaitingEntry
from appointments.services.offering import offer_free_times
from eligibility.models import GroupInterest, ReviewCase
from notifications.models import Message
from notifications.services.registry import Kind, kinds
from patients.models import Patient
from tests.factories import (
    BEFORE,
    OPENING,
    Day,
    at,
    make_ask,
    make_booking,
    make_case,
    make_day,
    make_dose,
    make_interest,
    make_session,
    make_vial,
    make_wait,
)
from vaccinations.models import Dose, RecallContact
from vaccinations.services.recalls import recall_lot

pytestmark = pytest.mark.django_db
MANY = 6


def doses(day: Day) -> None:
    vials = [make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse) for _ in range(2)]
    for number in range(MANY):
        make_dose(vial=vials[number % 2], by=day.nurse, now=at("16.30"))


def offers(_day: Day) -> None:
    offer_free_times(now=BEFORE)


def bookings(day: Day) -> None:
    for days in range(1, MANY + 1):
        opens = OPENING + timedelta(days=days)
        make_booking(session=make_session(clinic=day.clinic, starts_at=opens, hours=2, vials=1))


def asks(_day: Day) -> None:
    for one in Appointment.objects.all():
        make_ask(one, to="17.30", answer_by=at("10.00"))


def recalls(day: Day) -> None:
    recall_lot(
        lot_id=day.lot.pk, clinic_id=day.clinic.pk, reason="Prøve", by=day.by, now=at("18.00")
    )


# What messages are about, in the order in which the one needs the other.
MADE: dict[type[Model], Callable[[Day], object]] = {
    Appointment: bookings,
    MoveAsk: asks,
    WaitingEntry: lambda day: [make_wait(clinic=day.clinic) for _ in range(MANY)],
    Offer: offers,
    GroupInterest: lambda day: [make_interest(clinic=day.clinic) for _ in range(MANY)],
    ReviewCase: lambda day: [make_case(clinic=day.clinic) for _ in range(MANY)],
    Dose: doses,
    RecallContact: recalls,
    Patient: lambda _day: None,  # the others brought enough
}


def ask_all(kind: Kind, subjects: list[UUID], count: int) -> int:
    """Ask a kind everything about so many messages; return what that costs."""
    messages = [
        Message(kind=kind.code, channel=channel, subject_id=subject)
        for channel, subject in islice(zip(cycle(("sms", "email")), cycle(subjects)), count)
    ]
    with CaptureQueriesContext(connection) as queries:
        kind.still_due(messages, BEFORE)
        kind.recipient(messages)
        kind.context(messages, BEFORE)
        if kind.attachments:
            kind.attachments(messages, BEFORE)
        if kind.cannot_wait:
            kind.cannot_wait(messages, BEFORE)
    return len(queries)


def test_a_hundred_messages_of_any_kind_cost_what_ten_cost() -> None:
    day = make_day()
    made: dict[type[Model], list[UUID]] = {}
    for model, make in MADE.items():
        make(day)
        made[model] = list(model._default_manager.values_list("pk", flat=True))
        assert len(made[model]) >= MANY, model.__name__
    # Those who have had a dose: of the others there is nothing to ask.
    made[Patient] = list(Dose.objects.values_list("patient_id", flat=True))
    grows = {}
    for kind in kinds():
        assert kind.subject in made, f"{kind.code}: say here how what it is about is made"
        few = ask_all(kind, made[kind.subject][:2], 10)
        many = ask_all(kind, made[kind.subject], 100)
        if few != many:
            grows[kind.code] = (few, many)
    assert grows == {}
