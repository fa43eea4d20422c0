"""A stop is one person's, undone as easily as made, and follows them when two rows are merged."""

from datetime import timedelta
from uuid import uuid4

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from notifications.services.registry import kinds
from patients.locks import lock_two
from patients.models import LinkToken, MessageStop, Patient, PatientMerge
from patients.selectors import recipients, stopped_channels, stopped_everywhere, stops_of
from patients.services.links import LinkExpiredError, LinkUnknownError, mint
from patients.services.merging import set_apart, set_merged
from patients.services.stops import (
    LINK_LASTS,
    person_of,
    set_any_hour,
    start_messages,
    stop_links,
    stop_messages,
)
from tests.factories import make_staff
from tests.invariants import assert_integrity
from tests.patients.people import NOW, alice

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def stop(patient, *, now=NOW, **wanted):
    by = Actor.patient(patient.pk)
    return stop_messages(patient_id=patient.pk, by=by, now=now, reason="link", **wanted)


def start(patient, *, now=LATER):
    by = Actor.patient(patient.pk)
    return start_messages(patient_id=patient.pk, by=by, now=now, reason="link")


def stopped(patient):
    return set(recipients([patient.pk])[patient.pk].stopped)


def log():
    found = AuditEntry.objects.filter(action__startswith="messages.").order_by("at")
    return [(entry.action, entry.reason) for entry in found]


def test_a_stop_holds_on_every_channel_and_can_be_undone():
    patient = alice()
    assert stopped(patient) == set()
    assert stop(patient)
    assert stopped(patient) == {"sms", "email"}
    assert start(patient)
    assert stopped(patient) == set()
    assert log() == [("messages.stopped", "link: email, sms"), ("messages.started", "link")]
    assert MessageStop.objects.filter(ended_at=LATER).count() == 2
    assert_integrity(now=LATER)


def test_a_stop_can_be_for_one_channel():
    patient = alice(email="alice@example.org", contact_by="both")
    stop(patient, channels=["email"])
    assert stopped(patient) == {"email"}
    assert stop(patient)
    assert stopped(patient) == {"sms", "email"}


@pytest.mark.parametrize(
    ("contact_by", "channels", "everywhere"),
    [
        ("both", ["email"], False),
        ("both", ["sms", "email"], True),
        ("sms", ["sms"], True),
        ("sms", ["email"], False),
        ("none", ["sms", "email"], False),
    ],
)
def test_who_has_stopped_them_wherever_they_are_written_to(contact_by, channels, everywhere):
    patient = alice(email="alice@example.org", contact_by=contact_by)
    stop(patient, channels=channels)
    assert stopped_everywhere([patient.person_id]) == ({patient.person_id} if everywhere else set())


def test_twice_is_once_and_is_noted_once():
    patient = alice()
    assert stop(patient)
    assert not stop(patient, now=LATER)
    assert not start(alice())
    assert MessageStop.objects.count() == 2
    assert len(log()) == 1


def test_who_shares_the_number_is_sent_theirs_as_before():
    patient, sister = alice(), alice(given_name="Anna")
    stop(patient)
    assert stopped(patient)
    assert not stopped(sister)
    assert stopped_channels([patient.pk, sister.pk]) == {patient.pk: {"sms", "email"}}


@pytest.mark.parametrize("stopped_row", ["kept", "dropped"])
def test_a_stop_holds_for_the_person_when_two_rows_are_merged_and_parted(stopped_row):
    rows = {"kept": alice(), "dropped": alice()}
    stop(rows[stopped_row], channels=["sms"])
    merge = merged(rows)
    assert stopped(rows["kept"]) == stopped(rows["dropped"]) == {"sms"}
    assert len(stops_of(rows["dropped"].pk)) == 1
    lock_two(rows["kept"].pk, rows["dropped"].pk)
    set_apart(merge, reason="two_people", by=nurse(), now=LATER)
    other = {"kept": "dropped", "dropped": "kept"}[stopped_row]
    assert (stopped(rows[stopped_row]), stopped(rows[other])) == ({"sms"}, set())
    assert_integrity(now=LATER)


def test_one_start_ends_the_stops_of_all_rows_of_a_person():
    rows = {"kept": alice(), "dropped": alice()}
    stop(rows["kept"])
    stop(rows["dropped"])
    merged(rows)
    assert start(rows["dropped"])
    assert stopped(rows["kept"]) == set()
    assert_integrity(now=LATER)


def test_leave_for_the_night_is_never_taken_over_from_a_row_that_is_merged():
    rows = {"kept": alice(), "dropped": alice()}
    allow(rows["dropped"])
    merged(rows)
    assert not recipients([rows["dropped"].pk])[rows["dropped"].pk].any_hour
    allow(rows["dropped"])
    assert recipients([rows["kept"].pk])[rows["kept"].pk].any_hour


def test_leave_for_the_night_is_noted_when_it_changes():
    patient = alice()
    assert allow(patient)
    assert not allow(patient)
    entry = AuditEntry.objects.get(action="patient.any_hour_changed")
    assert (entry.patient_id, entry.reason) == (patient.pk, "any_hour")


def test_a_link_leads_to_the_person_for_a_year_and_is_good_for_nothing_else():
    patient = alice()
    message = uuid4()
    link = stop_links({message: patient.pk}, NOW)[message]
    token = link.page.rstrip("/").rpartition("/")[2]
    assert link.one_click == f"{link.page}ett-klikk/"
    assert person_of(token, now=NOW + LINK_LASTS - timedelta(seconds=1)) == patient.pk
    with pytest.raises(LinkExpiredError):
        person_of(token, now=NOW + LINK_LASTS)
    other = mint(purpose="appointment", subject_id=patient.pk, expires_at=LATER, now=NOW)
    with pytest.raises(LinkUnknownError):
        person_of(other, now=NOW)
    assert token not in str(list(LinkToken.objects.values()))


def test_the_links_of_a_hundred_messages_are_one_statement(django_assert_num_queries):
    patient = alice()
    with django_assert_num_queries(1):
        links = stop_links({uuid4(): patient.pk for _ in range(100)}, NOW)
    assert len({link.page for link in links.values()}) == 100


def test_whoever_can_be_stopped_is_found_with_one_query(django_assert_num_queries):
    people = [alice() for _ in range(5)]
    stop(people[0])
    with django_assert_num_queries(1):
        found = recipients(one.pk for one in people)
    assert [bool(found[one.pk].stopped) for one in people] == [True, False, False, False, False]


def test_nothing_that_a_booked_time_needs_can_be_stopped():
    needed = {"booked", "changed", "cancelled", "cancelled_by_clinic", "reminder", "recall"}
    assert not {kind.code for kind in kinds() if kind.stoppable} & needed


def nurse():
    return Actor.staff(make_staff().pk, clinic_id=1)


def allow(patient):
    by = Actor.patient(patient.pk)
    return set_any_hour(patient_id=patient.pk, any_hour=True, by=by, now=NOW)


def merged(rows):
    locked = lock_two(rows["kept"].pk, rows["dropped"].pk)
    set_merged(
        kept=locked[rows["kept"].pk],
        dropped=locked[rows["dropped"].pk],
        reason=PatientMerge.Reason.TOLD,
        by=nurse(),
        now=NOW,
    )
    assert Patient.objects.get(pk=rows["dropped"].pk).merged_into_id == rows["kept"].pk
    return PatientMerge.objects.get()
