"""Whose a message is, for every kind there is."""

import pytest
from django.db import connection

from audit.domain import Actor
from care.services.message_people import PATIENT_OF, people_of, subjects_of
from notifications.models import Message
from notifications.services.registry import kinds
from patients.services.merging import set_merged
from tests.factories import BEFORE, at, make_booking, make_patient, make_staff
from tests.integrity.world import make_world


def test_of_everything_that_messages_are_about_it_is_known_whose_it_is() -> None:
    about = {kind.subject for kind in kinds()}
    assert about - {None} <= set(PATIENT_OF)


@pytest.mark.django_db
def test_every_message_of_a_clinics_weeks_is_somebodys_and_found_from_them() -> None:
    make_world()
    messages = list(Message.objects.all())

    person_of = people_of(messages)

    nobodys = {one.kind for one in messages if one.pk not in person_of}
    assert nobodys <= {"interest_noted", "group_open"}
    for message in messages:
        if message.pk in person_of:
            rows = [person_of[message.pk]]
            assert message.subject_id in subjects_of(rows) or _is_of_a_duplicate(message, rows)


def _is_of_a_duplicate(message: Message, rows: list[object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM patients_patient WHERE person_id = ANY(%s)", [rows])
        return message.subject_id in subjects_of([row[0] for row in cursor.fetchall()])


@pytest.mark.django_db
def test_a_duplicates_message_is_the_kept_persons() -> None:
    kept, duplicate = make_patient(), make_patient()
    booked = make_booking(patient=duplicate, now=BEFORE)
    set_merged(
        kept=kept,
        dropped=duplicate,
        reason="told",
        by=Actor.staff(make_staff().pk, clinic_id=None),
        now=BEFORE,
    )
    message = Message.objects.filter(subject_id=booked.pk).first()
    assert message
    assert people_of([message]) == {message.pk: kept.pk}
    assert booked.pk in subjects_of([kept.pk, duplicate.pk])
    assert booked.pk not in subjects_of([kept.pk])


@pytest.mark.django_db
def test_a_message_about_what_is_gone_is_nobodys() -> None:
    gone = Message(kind="booked", channel="sms", subject_id=make_patient().pk, due_at=at("12.00"))
    assert people_of([gone]) == {}
