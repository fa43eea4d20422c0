"""The list of those whose time the clinic took or moved, as pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import Appointment, Displaced, Slot
from appointments.services.booking import rebook
from appointments.services.dose_two import book_ahead
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from audit.domain import Actor
from audit.models import AuditEntry
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.factories import (
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
    make_staff,
    slot_at,
)
from tests.invariants import assert_integrity

NOW = at("14.00")
IN_A_WEEK = OPENING + timedelta(days=7)


@pytest.fixture
def nurse(client, clock, db):
    clock.move_to(NOW)
    return log_in(client, make_staff(clinic=make_clinic()))


def cancel_day(session):
    wish = Wish(Rearranging.CANCEL, shape_of(session))
    seen = preview(session_id=session.pk, wish=wish, now=NOW)
    apply(
        session_id=session.pk,
        wish=wish,
        fingerprint=seen.fingerprint,
        by=Actor.system(),
        now=NOW,
    )


def lose_a_time(**patient):
    booked = make_booking(
        session=make_session(starts_at=IN_A_WEEK), patient=make_patient(**patient)
    )
    cancel_day(booked.slot.session)
    return Displaced.objects.get(appointment=booked)


def page(name, row=None):
    slug = make_clinic().slug
    return reverse(f"desk:displaced{name}", args=[slug, row.pk] if row else [slug])


@pytest.mark.usefixtures("nurse")
def test_who_lost_a_time_is_on_the_list_and_reading_it_is_recorded(client, db):
    lose_a_time(given_name="Ola", family_name="Gran", phone="+4790000001")
    assert "1 person mangler ny time" in text(client.get(reverse("desk:home")))
    shown = text(client.get(page("")))
    assert "Gran, Ola" in shown
    assert "hadde time torsdag 3. desember kl. 16.00" in shown
    assert AuditEntry.objects.filter(action="displaced_list.read").count() == 1


@pytest.mark.usefixtures("nurse")
def test_a_new_time_is_found_on_the_telephone(client, db):
    row = lose_a_time()
    assert "Ingen ledige tider" in text(client.get(page("_time", row)))
    later = make_session(starts_at=IN_A_WEEK + timedelta(days=7))
    assert "Ny time til" in text(client.get(page("_time", row)))
    chosen = {"slot": str(slot_at(later, "17.00").pk)}
    after = client.post(page("_time", row), chosen, follow=True)
    assert "Ny time: torsdag 10. desember kl. 17.00." in text(after)
    assert "Ingen mangler ny time" in text(after)
    again = client.post(page("_time", row), chosen, follow=True)
    assert "Personen står ikke på listen lenger." in text(again)
    assert Appointment.objects.filter(slot__session=later, status="booked").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("nurse")
def test_a_time_that_was_just_taken_is_said_beside_the_field(client, db):
    row = lose_a_time()
    later = make_session(starts_at=IN_A_WEEK + timedelta(days=7), stations=1)
    taken = {"slot": str(make_booking(session=later, clock="17.00").slot_id)}
    assert client.post(page("_time", row), taken).context["form"].errors == {
        "slot": ["Tiden er ikke ledig lenger. Velg en annen."]
    }
    assert client.post(page("_time", row), {}).context["form"].errors


@pytest.mark.usefixtures("nurse")
def test_who_wants_no_other_time_leaves_the_list(client, db):
    row = lose_a_time()
    client.get(page("_declined", row))
    assert Displaced.objects.get().end == ""
    assert "Ingen mangler ny time" in text(client.post(page("_declined", row), follow=True))
    assert Displaced.objects.get().end == "declined"


@pytest.mark.usefixtures("nurse")
def test_one_without_messages_is_told_of_the_new_time_or_gets_another(client, db):
    later = make_session(starts_at=IN_A_WEEK + timedelta(days=7))
    told, moved = lose_a_time(contact_by="none"), None
    assert "vet det ikke ennå" in text(client.get(page("")))
    assert "Ingen mangler" in text(client.post(page("_told", told), follow=True))
    moved = lose_a_time(contact_by="none")
    slot = slot_at(later, "18.00")
    client.post(page("_time", moved), {"slot": str(slot.pk)})
    moved.refresh_from_db()
    assert (moved.appointment.slot, moved.end) == (slot, "told")
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("nurse")
def test_a_second_dose_whose_first_one_moved_since_is_not_offered_before_its_28_days(client, db):
    first = make_booking(session=make_session(), clock="17.00")
    second_day = make_session(starts_at=OPENING + timedelta(days=28))
    second = book_ahead(
        appointment_id=first.pk,
        slot_id=slot_at(second_day, "17.00").pk,
        by=Actor.system(),
        now=NOW,
    )
    cancel_day(second_day)
    lost = Displaced.objects.get(appointment=second)
    make_session(starts_at=OPENING + timedelta(days=21))
    later = make_session(starts_at=IN_A_WEEK)
    make_session(starts_at=IN_A_WEEK + timedelta(days=27))
    right = make_session(starts_at=IN_A_WEEK + timedelta(days=28))
    rebook(appointment_id=first.pk, slot_id=slot_at(later, "17.00").pk, by=Actor.system(), now=NOW)

    shown = client.get(page("_time", lost)).content.decode()

    assert str(slot_at(right, "17.00").pk) in shown
    early = Slot.objects.filter(starts_at__gt=IN_A_WEEK + timedelta(hours=8)).exclude(session=right)
    assert not [one for one in early if str(one.pk) in shown]
