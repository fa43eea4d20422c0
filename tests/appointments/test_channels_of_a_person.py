"""A person is written to on the channels they chose; whom nobody can write to is to be called."""

from datetime import timedelta

import pytest

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import Displaced
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from notifications.models import Message
from tests.factories import OPENING, make_booking, make_patient, make_session

pytestmark = pytest.mark.django_db
NOW = OPENING - timedelta(days=3)
CONTACT = {"phone": "+4740000008", "email": "alice@example.org"}
NOBODY = {"phone": "", "email": ""}


@pytest.mark.parametrize(
    ("contact_by", "given", "channels"),
    [
        ("sms", CONTACT, {"sms"}),
        ("email", CONTACT, {"email"}),
        ("both", CONTACT, {"sms", "email"}),
        ("none", NOBODY, set()),
    ],
)
def test_a_cancelled_day_is_told_on_each_channel_once_or_by_telephone(contact_by, given, channels):
    patient = make_patient(contact_by=contact_by, **given)
    booked = make_booking(session=make_session(), patient=patient, clock="17.40")
    make_session(starts_at=OPENING + timedelta(days=7))
    session = booked.slot.session
    wish = Wish(Rearranging.CANCEL, shape_of(session))
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    by = Actor.system()
    apply(session_id=session.pk, wish=wish, fingerprint=seen.fingerprint, by=by, now=NOW)
    for kind in ("booked", "moved_by_clinic"):
        told = Message.objects.filter(kind=kind, subject_id=booked.pk)
        assert sorted(told.values_list("channel", flat=True)) == sorted(channels)
    assert Displaced.objects.get().to_call is (contact_by == "none")
