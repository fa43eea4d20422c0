"""A person corrects how they are reached: proved first, and the old contact is told."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.services.calendar_feed import FEED_LINK
from appointments.services.links import APPOINTMENT_LINK
from audit.models import AuditEntry
from patients.models import Patient
from patients.services.links import mint
from patients.services.stops import STOP_LINK
from tests import factories
from tests.access.people import prove
from tests.factories import BEFORE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch):
    """Everything that is sent at once: channel, address, words."""
    lines = []

    def send(*, channel, to, subject, text):
        lines.append((channel, to, text))

    monkeypatch.setattr("patients.services.code_messages.send_at_once", send)
    return lines


@pytest.fixture
def patient(client, valkey):
    with time_machine.travel(BEFORE, tick=False):
        patient = factories.make_patient(phone="+4741234567")
        prove(client, patient)
        yield patient


def test_a_new_number_counts_once_its_code_is_given_and_the_old_one_is_told(client, patient, sent):
    client.post(reverse("portal:new_phone"), {"address": "48 76 54 32"})
    assert Patient.objects.get().phone == "+4741234567"
    [(channel, to, text)] = sent
    assert (channel, to) == ("sms", "+4748765432")
    code = re.search(r"\d{6}", text)[0]
    wrong = client.post(reverse("portal:contact_code"), {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert "4 forsøk igjen" in wrong.content.decode()
    assert Patient.objects.get().phone == "+4741234567"
    done = client.post(reverse("portal:contact_code"), {"code": f"{code[:3]} {code[3:]}"})
    assert done.headers["Location"] == reverse("portal:contact")
    assert Patient.objects.get().phone == "+4748765432"
    channel, to, text = sent[-1]
    assert (channel, to) == ("sms", "+4741234567")
    assert "er endret" in text
    assert "48765432" not in text
    entry = AuditEntry.objects.get(action="patient.contact_changed")
    assert (entry.actor_kind, entry.reason) == ("patient", "sms")


def test_with_the_old_phone_nothing_opens_any_more(client, patient, sent):
    """Somebody has it: a former partner, or whoever was given the number."""
    booked = factories.make_booking(patient=patient)
    ends = {"expires_at": BEFORE + timedelta(days=300), "now": BEFORE}
    tokens = [
        mint(purpose=purpose, subject_id=subject, **ends)
        for purpose, subject in [
            (APPOINTMENT_LINK, booked.pk),
            (FEED_LINK, patient.pk),
            (STOP_LINK, patient.pk),
        ]
    ]
    opened = ["appointments:link", "appointments:calendar_feed", "patients:stop"]

    def answers():
        who = Client()
        return [
            who.get(reverse(name, args=[token])).status_code
            for name, token in zip(opened, tokens, strict=True)
        ]

    assert answers() == [302, 200, 200]
    client.post(reverse("portal:new_email"), {"address": "ny@example.org"})
    client.post(reverse("portal:contact_code"), {"code": re.search(r"\d{6}", sent[-1][2])[0]})
    first = answers()
    client.post(reverse("portal:new_phone"), {"address": "48 76 54 32"})
    client.post(reverse("portal:contact_code"), {"code": re.search(r"\d{6}", sent[-1][2])[0]})
    assert "Lenker i tidligere meldinger" in client.get(reverse("portal:contact")).content.decode()
    assert first == [302, 200, 200], "an e-mail address was added, and none taken away"
    assert answers() == [404, 404, 404]


def test_bad_input_is_said_and_changes_nothing(client, patient, sent):
    bad = {
        "portal:new_phone": ["", "x", "12345", "+4722000000", "815 49 300", "<b>", "0" * 31],
        "portal:new_email": ["", "x", "a@b", "a b@c.no", "a@" + "b" * 260],
        "portal:contact": [
            {},
            {"contact_by": "both", "language": "nb"},
            {"contact_by": "sms", "language": "xx"},
            {"contact_by": "pigeon", "language": "nb"},
        ],
    }
    tried = 0
    for name, values in bad.items():
        for value in values:
            fields = value if isinstance(value, dict) else {"address": value}
            page = client.post(reverse(name), fields)
            assert page.status_code == 200, (name, value)
            assert "Rett dette" in page.content.decode(), (name, value)
            tried += 1
    assert tried == 16
    assert not sent
    assert client.get(reverse("portal:contact_code")).status_code == 302
    assert not AuditEntry.objects.filter(action="patient.contact_changed").exists()


def test_a_code_asked_for_by_one_person_proves_nothing_for_another_in_the_same_browser(
    client, patient, sent
):
    client.post(reverse("portal:new_email"), {"address": "ny@example.org"})
    code = re.search(r"\d{6}", sent[0][2])[0]
    other = factories.make_patient()
    prove(client, other)
    client.post(reverse("portal:contact_code"), {"code": code})
    assert not Patient.objects.exclude(email_hash="").exists()
    prove(client, patient)
    client.post(reverse("portal:contact_code"), {"code": code})
    client.post(reverse("portal:contact"), {"contact_by": "both", "language": "en"})
    person = Patient.objects.get(pk=patient.pk)
    assert (person.email, person.contact_by, person.language) == ("ny@example.org", "both", "en")
    [(_channel, to, text)] = sent[1:]
    assert to == "+4741234567", "there was no old address to tell, but a telephone"
    assert "i tillegg til denne" in text
    assert "example.org" not in text
