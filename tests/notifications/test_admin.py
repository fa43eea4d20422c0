"""The message log: what became of each message, and sending one again."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from clinics.domain.roles import Role
from notifications.domain.retrying import Fate
from notifications.models import Message
from notifications.services.registry import kinds
from notifications.words import FATES, fate_in_words
from tests.appointments.admin.people import enter, told
from tests.factories import BEFORE, make_booking, make_clinic, make_patient, make_session

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_message_changelist")


@pytest.fixture(autouse=True)
def admin(client):
    with time_machine.travel(BEFORE, tick=False):
        yield enter(client, (make_clinic(), Role.ADMIN))


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def a_message(session):
    """Book a person and bring the message about it to a state."""

    def make(**changed):
        patient = make_patient(
            given_name="Ola", family_name="Hemmelig", email="ola@example.org", contact_by="both"
        )
        booking = make_booking(session=session, patient=patient)
        messages = Message.objects.filter(subject_id=booking.pk, kind="booked", channel="email")
        messages.update(**{"state": "failed", "ended_at": BEFORE, **changed})
        return messages.get()

    return make


def page_of(message):
    return reverse("admin:notifications_message_change", args=[message.pk])


def act(client, *chosen, **more):
    posted = {"action": "resend_chosen", "_selected_action": [one.pk for one in chosen]}
    with zeal_ignore():  # each message is sent again in a transaction of its own
        return client.post(LIST, posted | more, follow=True)


def test_the_list_is_in_words_without_names_and_addresses_in_a_fixed_number_of_queries(
    client, a_message
):
    a_message(fate="refused")
    with CaptureQueriesContext(connection) as few:
        page = client.get(LIST).content.decode()
    for words in ("bekreftelse på time", "nådde ikke fram", "Mottakeren finnes ikke"):
        assert words in page
    assert "Hemmelig" not in page
    assert "ola@example.org" not in page
    for _ in range(9):
        a_message()
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(LIST).context["cl"].result_list) == 50  # a page
    assert len(many) == len(few)


def test_what_needs_a_hand_can_be_filtered(client, a_message):
    failed, unknown = a_message(), a_message(state="unknown", fate="interrupted")
    a_message(state="sent")
    found = client.get(f"{LIST}?reach=no").context["cl"].result_list
    assert set(found) == {failed, unknown}
    assert set(
        client.get(f"{LIST}?kind=reminder").context["cl"].result_list.values_list("kind", flat=True)
    ) == {"reminder"}


def test_days_are_counted_as_oslo_counts_them(client, a_message):
    message = a_message()
    day = BEFORE.date().isoformat()
    wanted = f"{LIST}?channel__exact=email&kind=booked&due_at_from={day}&due_at_until={day}"
    response = client.get(wanted)
    assert list(response.context["cl"].result_list) == [message]
    assert 'name="channel__exact" value="email"' in response.content.decode()
    assert not client.get(f"{LIST}?kind=booked&due_at_from=2026-11-20").context["cl"].result_list
    assert client.get(f"{LIST}?due_at_from=i%20dag").status_code == 200


def test_every_fate_has_words_and_a_remedy_and_every_kind_a_name():
    assert set(FATES) == set(Fate)
    nothing_to_do = {fate for fate, words in FATES.items() if not words.remedy}
    assert nothing_to_do == {Fate.ELSEWHERE}
    assert all(kind.name for kind in kinds())


def test_a_skipped_message_says_why(a_message):
    message = a_message(state="skipped", fate="moved")
    assert str(fate_in_words(message).meaning) == "Timen har fått en annen tid siden."


def test_one_that_is_tried_again_needs_nothing_done(a_message):
    message = a_message(state="waiting", fate="unreachable", ended_at=None)
    assert str(fate_in_words(message).remedy) == "Systemet prøver igjen av seg selv."


def test_a_message_is_sent_again_after_a_question(client, a_message):
    message = a_message()
    asked = act(client, message)
    assert Message.objects.filter(round=1).count() == 0
    assert "to ganger" not in asked.content.decode()
    done = act(client, message, confirmed=1)
    assert told(done) == ["1 melding sendes på nytt."]
    assert Message.objects.get(round=1).subject_id == message.subject_id
    assert told(act(client, message, confirmed=1)) == [
        "Meldingen er allerede sendt på nytt. Se den nyeste i listen."
    ]


def test_of_an_email_whose_fate_is_unknown_the_question_says_that_it_may_arrive_twice(
    client, a_message
):
    asked = act(client, a_message(state="unknown", fate="interrupted"))
    assert "Personen kan få denne e-posten to ganger." in asked.content.decode()


def test_one_that_is_still_to_be_sent_is_left_out(client, a_message):
    waiting = a_message(state="waiting", ended_at=None)
    assert not act(client, waiting).context["any_possible"]
    assert client.get(page_of(waiting)).context["row_actions"] == []
    act(client, waiting, confirmed=1)
    assert not Message.objects.filter(round=1).exists()


def test_a_messages_page_leads_to_the_appointment(client, a_message):
    message = a_message()
    page = client.get(page_of(message)).content.decode()
    assert reverse("admin:appointments_appointment_change", args=[message.subject_id]) in page


def test_an_auditor_reads_and_sends_nothing(client, a_message):
    message = a_message()
    enter(client, (make_clinic(), Role.AUDITOR), name="kontroll")
    response = client.get(page_of(message))
    assert response.context["row_actions"] == []
    act(client, message, confirmed=1)
    assert not Message.objects.filter(round=1).exists()


def test_who_only_reads_at_a_clinic_sends_nothing_there(client, a_message):
    message = a_message()
    elsewhere = make_clinic(slug="elsewhere")
    enter(client, (make_clinic(), Role.AUDITOR), (elsewhere, Role.ADMIN), name="to-steder")
    act(client, message, confirmed=1)
    assert not Message.objects.filter(round=1).exists()
