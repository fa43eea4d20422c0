"""The message that confirms a case: discreet, in the person's language, with a link to it."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from appointments.models import Appointment
from audit.domain import Actor
from eligibility.models import ReviewCase
from eligibility.services import cases
from eligibility.services.case_messages import LINK_LASTS, received
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.appointments.cases.way import Asker
from tests.appointments.test_reminders import FORBIDDEN
from tests.factories import BEFORE, make_case, make_patient

pytestmark = pytest.mark.django_db(transaction=True)

LINK = re.compile(r"/vurdering/l/[\w-]{22}/")
SUBJECTS = {
    "nb": "Vi har fått det du sendte",
    "nn": "Vi har fått det du sende",
    "en": "We have received what you sent",
}


@pytest.fixture
def case(clinic, request):
    patient = make_patient(
        given_name="Alice",
        phone="+4741234567",
        email="alice@example.org",
        contact_by="both",
        language=getattr(request, "param", "nb"),
        now=BEFORE,
    )
    case = make_case(patient=patient, exposed_on=BEFORE.date(), clinic=clinic, now=BEFORE)
    received(case, now=BEFORE)
    return case


def send(now=BEFORE):
    deliver_due(now=lambda: now)


@pytest.fixture
def sms_folder(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    return tmp_path / "sms"


@pytest.mark.parametrize("case", SUBJECTS, indirect=True)
def test_it_says_that_it_has_come_and_where_to_look_and_nothing_else(case, sms_folder):
    send()
    [email] = mail.outbox
    [sms] = [path.read_text() for path in sms_folder.glob("*.json")]
    assert email.subject == SUBJECTS[case.patient.language]
    assert email.attachments == []
    for text in (email.subject, email.body, sms):
        assert not FORBIDDEN.search(LINK.sub("", text)), text
    for text in (email.body, sms):
        assert LINK.search(text)
        assert "+4722000000" in text
        assert "Nydalen legesenter" in text
    assert email.from_email
    assert not FORBIDDEN.search(email.from_email)


def test_the_link_opens_the_case_and_changes_nothing(case, sms_folder):
    send()
    link = LINK.search(mail.outbox[-1].body)[0]
    somebody = Asker()
    for _ in range(2):
        somebody.get(link)
        assert somebody.path == f"/vurdering/sak/{case.pk}/"
    case.refresh_from_db()
    assert case.state == "open"


@pytest.mark.parametrize("case", ["en"], indirect=True)
def test_the_link_opens_it_in_the_persons_language(case, sms_folder):
    send()
    somebody = Asker()
    somebody.get(LINK.search(mail.outbox[-1].body)[0])
    somebody.shows("Your case", "We have received your case")


def test_an_old_link_and_a_torn_one_say_so(case, sms_folder, moment):
    send()
    link = LINK.search(mail.outbox[-1].body)[0]
    somebody = Asker()
    assert somebody.get(link[:-6] + "/").status_code == 404
    somebody.shows("Lenken virker ikke")
    moment.shift(LINK_LASTS)
    assert somebody.get(link).status_code == 410


def test_a_link_to_an_appointment_opens_no_case(case, sms_folder):
    send()
    token = LINK.search(mail.outbox[-1].body)[0].split("/")[3]
    assert Asker().get(f"/l/{token}/").status_code == 404
    assert not Appointment.objects.exists()


def test_a_case_that_was_withdrawn_needs_no_confirmation(case, sms_folder):
    cases.withdraw(case_id=case.pk, by=Actor.patient(case.patient_id), now=BEFORE)
    send()
    assert mail.outbox == []
    assert set(Message.objects.values_list("state", "fate")) == {("skipped", "case_over")}


def test_it_is_sent_once_however_often_it_is_queued(case, sms_folder):
    received(ReviewCase.objects.get(), now=BEFORE + timedelta(minutes=1))
    send(BEFORE + timedelta(minutes=2))
    assert len(mail.outbox) == 1
