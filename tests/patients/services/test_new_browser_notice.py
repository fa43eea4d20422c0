"""The message that a new browser opens somebody's pages: once, to them, and never where or what."""

from datetime import timedelta
from typing import Any

import pytest

from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.models import Staff
from notifications.models import Message
from notifications.services.preparing import prepare
from notifications.services.registry import kind_named
from notifications.services.rendering import Sms
from patients.models import ActivatedBrowser, Patient
from patients.services import activations
from patients.services.activations import Activated, BrowserEndedError, end_access, open_again
from patients.services.merging import set_apart, set_merged
from patients.services.stops import stop_messages
from tests import factories
from tests.factories import BEFORE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
A_MINUTE_LATER = BEFORE + timedelta(minutes=1)


@pytest.fixture
def nurse() -> Staff:
    return factories.make_staff(Role.VACCINATOR, clinic=factories.make_clinic())


def let_in(patient: Patient, nurse: Staff) -> Activated:
    return factories.make_activated_browser(patient=patient, by=nurse, now=BEFORE)


def notices() -> list[Message]:
    return list(Message.objects.filter(kind=activations.MESSAGE).order_by("channel"))


def words() -> list[str]:
    ready = prepare(notices(), now=A_MINUTE_LATER).ready
    assert len(ready) == len(notices())
    said = (one.outgoing for one in ready)
    return [one.text if isinstance(one, Sms) else str(one.body) for one in said]


def test_it_is_written_once_for_each_browser_on_every_channel_the_person_wants(
    nurse: Staff,
) -> None:
    alice = factories.make_patient(contact_by="both", email="alice@example.org")
    came = let_in(alice, nurse)
    open_again(secret=came.secret, pin="8302", browser="b", address="", now=A_MINUTE_LATER)
    first = notices()
    assert [one.channel for one in first] == ["email", "sms"]
    assert {(one.subject_id, one.occasion, one.due_at) for one in first} == {
        (alice.pk, str(came.browser_id), BEFORE)
    }
    assert {one.clinic_id for one in first} == {factories.make_clinic().pk}
    let_in(alice, nurse)
    assert len(notices()) == 4, "another browser, another notice"


def test_nobody_is_written_to_who_cannot_be_reached(nurse: Staff) -> None:
    assert let_in(factories.make_patient(contact_by="none"), nurse)
    assert notices() == []


def test_a_duplicate_is_written_to_as_the_row_that_is_kept_says(nurse: Staff) -> None:
    kept = factories.make_patient(contact_by="email", email="kept@example.org")
    other = factories.make_patient()
    by: dict[str, Any] = {"by": Actor.staff(nurse.pk, clinic_id=None), "now": BEFORE}
    factories.see_id(kept)
    merge = set_merged(kept=kept, dropped=other, reason="told", **by)
    let_in(other, nurse)
    [notice] = notices()
    assert (notice.subject_id, notice.channel) == (kept.pk, "email")
    set_apart(merge, reason="two_people", **by)
    found = kind_named(activations.MESSAGE).recipient([notice])
    assert found[notice.pk].email == "kept@example.org"


@pytest.mark.parametrize(
    ("language", "says"),
    [("nb", "Var det ikke deg?"), ("nn", "Var det ikkje deg?"), ("en", "Was it not you?")],
)
def test_it_says_what_to_do_in_the_persons_language(nurse: Staff, language: str, says: str) -> None:
    clinic = factories.make_clinic()
    told = {"contact_by": "both", "email": "alice@example.org", "language": language}
    alice = factories.make_patient(**told)
    let_in(alice, nurse)
    for said in words():
        assert says in said
        assert clinic.phone in said
        assert "/min-side/nettlesere/" in said
    Patient.objects.update(protected_address=True)
    for said in words():
        assert says in said
        assert "/min-side/nettlesere/" in said
        for place in (clinic.phone, clinic.discreet_name, clinic.city, clinic.street):
            assert place not in said


def test_it_is_sent_though_messages_are_stopped_and_though_the_browser_was_ended(
    nurse: Staff,
) -> None:
    alice = factories.make_patient()
    came = let_in(alice, nurse)
    by = {"by": Actor.patient(alice.pk), "now": BEFORE}
    stop_messages(patient_id=alice.pk, reason="link", **by)
    end_access(patient_id=alice.pk, **by)
    assert len(words()) == 1
    with pytest.raises(BrowserEndedError):
        open_again(secret=came.secret, pin="8302", browser="b", address="", now=BEFORE)


def test_it_is_not_sent_once_the_person_is_gone(nurse: Staff) -> None:
    alice = factories.make_patient()
    let_in(alice, nurse)
    ActivatedBrowser.objects.all().delete()
    assert len(words()) == 1, "the browser's row may be gone"
    alice.activation_codes.all().delete()
    alice.delete()
    assert [why for _message, why in prepare(notices(), now=BEFORE).not_due] == ["erased"]


def test_many_are_asked_for_together(nurse: Staff, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        let_in(factories.make_patient(), nurse)
    kind, sent = kind_named(activations.MESSAGE), notices()
    with django_assert_num_queries(2):
        assert len(kind.context(sent, BEFORE)) == 3
