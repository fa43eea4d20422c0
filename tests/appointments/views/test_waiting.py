"""The way to a waiting list, one's own place on it, and the way off."""

import re
from datetime import timedelta

import pytest

from appointments.models import WaitingEntry
from appointments.services.offers import offer_free_times
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from notifications.services.delivery import deliver_due
from patients.selectors import stops_of
from patients.services.stops import stop_messages
from tests.access.logins import log_in
from tests.appointments.views.line import ALICE, Booker, newest_code
from tests.factories import BEFORE, make_clinic, make_session, make_staff, make_wait

WISH, CONTACT, CODE, NAME = (
    "/venteliste/hos/nydalen/",
    "/venteliste/kontakt/",
    "/venteliste/kode/",
    "/venteliste/opplysninger/",
)
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)
FORM = {
    "wants": ["time"],
    "weekdays": [str(number) for number in range(7)],
    "bands": ["morning", "midday", "afternoon", "evening"],
    "until": (BEFORE + timedelta(weeks=8)).date().isoformat(),
}


def joining(booker: Booker, **changed) -> Booker:
    booker.answers()
    booker.post(WISH, FORM | changed)
    booker.prove(at=CONTACT)
    return booker.post(NAME, {"given_name": "Alice", "family_name": "Ås"})


@pytest.fixture
def nydalen(moment, mailbox, valkey):
    return make_clinic()


def test_a_place_without_free_times_leads_to_its_list(nydalen, alice):
    alice.answers()
    alice.get("/time/nydalen/")
    assert "Ingen ledige timer akkurat nå" in alice.words
    assert f'href="{WISH}"' in alice.html


def test_whoever_finds_no_time_that_suits_is_led_there_too(nydalen, alice):
    make_session(clinic=nydalen)
    alice.answers()
    alice.get("/time/nydalen/")
    assert "Vil du vente på en tid som passer?" in alice.words
    assert f'href="{WISH}"' in alice.html


def test_four_short_steps_lead_to_a_place_on_the_list(nydalen, alice):
    joining(alice)
    entry = WaitingEntry.objects.get()
    assert alice.path == f"/venteliste/min/{entry.pk}/"
    assert "Du står på ventelisten" in alice.words
    assert (entry.wants_time, entry.standby, entry.patient.given_name) == (True, False, "Alice")


def test_on_short_notice_it_is_asked_how_soon(nydalen, alice):
    alice.answers()
    alice.post(WISH, FORM | {"wants": ["standby"]})
    assert "Velg hvor fort du kan være hos oss" in alice.words


def test_quiet_hours_must_leave_some_time(nydalen, alice):
    alice.answers()
    quiet = {"quiet_from": "8", "quiet_until": "22"}
    alice.post(WISH, FORM | {"wants": ["standby"], "eta": "30"} | quiet)
    assert "Da er det ingen tid vi kan sende melding" in alice.words


def test_nothing_is_kept_before_the_contact_is_proved(nydalen, alice):
    alice.answers()
    alice.post(WISH, FORM)
    alice.get(NAME)
    assert alice.path == CONTACT
    alice.ask_for_code(at=CONTACT)
    alice.get(NAME)
    assert not WaitingEntry.objects.exists()


def test_who_joins_twice_stands_on_it_once(nydalen, alice):
    joining(alice)
    joining(alice, wants=["time", "standby"], eta="45")
    entry = WaitingEntry.objects.get()
    assert entry.eta_minutes == 45


def test_the_confirmation_leads_back_and_gives_nothing_away(nydalen, mailbox, alice):
    joining(alice)
    deliver_due(now=lambda: BEFORE)
    letter = mailbox[-1]
    assert not FORBIDDEN.search(letter.subject + letter.body)
    stranger = Booker()
    stranger.get(re.search(r"/venteliste/l/\S+", letter.body)[0])
    assert "Du står på ventelisten" in stranger.words
    assert not FORBIDDEN.search(stranger.words)


def test_it_can_be_changed_and_the_place_in_line_stays(nydalen, moment, alice):
    joining(alice)
    joined_at = WaitingEntry.objects.get().joined_at
    moment.shift(timedelta(minutes=5))
    alice.post(f"{alice.path}endre/", FORM | {"weekdays": ["0", "1"]})
    entry = WaitingEntry.objects.get()
    assert (entry.weekdays, entry.joined_at) == ([0, 1], joined_at)
    assert "Mandag, tirsdag" in alice.words


def test_leaving_is_asked_once_and_done_with_one_press(nydalen, alice):
    joining(alice)
    leave = f"{alice.path}av/"
    alice.get(leave)
    assert WaitingEntry.objects.get().ended_at is None
    alice.post(leave, {})
    assert "Du står ikke på ventelisten" in alice.words
    alice.post(leave, {})
    assert WaitingEntry.objects.get().end == "left"


def test_a_stranger_sees_nobodys_place(nydalen, alice):
    entry = make_wait()
    alice.get(f"/venteliste/min/{entry.pk}/")
    assert alice.path == "/min-time/"


def test_the_contact_finds_its_places_again(nydalen, alice):
    joining(alice)
    other = Booker()
    other.post("/min-time/", {"channel": "email", "email": ALICE})
    other.post("/min-time/kode/", {"code": newest_code()})
    assert "Ventelisten hos Nydalen legesenter" in other.words


def test_who_has_a_time_waits_for_an_earlier_one_and_keeps_theirs(evening, alice):
    alice.to_summary(evening)
    alice.book()
    mine = alice.path
    assert "Vil du komme før?" in alice.words
    alice.post(f"/venteliste/tidligere/{mine.split('/')[2]}/", FORM)
    assert "Timen din har du fortsatt" in alice.words
    alice.get(mine)
    assert "Du står på ventelisten. Blir noe ledig før, får du en melding." in alice.words


def test_the_pages_cost_a_fixed_number_of_queries(nydalen, alice, django_assert_num_queries):
    joining(alice)
    with django_assert_num_queries(4):  # the session, the entry, an open offer, stops
        alice.client.get(alice.path)


def test_staff_see_who_waits_what_is_open_and_why_somebody_was_passed_over(
    nydalen, client, django_assert_num_queries
):
    log_in(client, make_staff(Role.VACCINATOR, clinic=nydalen))
    session = make_session(clinic=nydalen, stations=1, hours=0.5, slot_minutes=30)
    for number in range(3):
        make_wait(
            weekdays=[(session.date.weekday() + 1) % 7],
            now=BEFORE - timedelta(days=3 - number),
        )
    make_wait(eta_minutes=30)
    offer_free_times(now=BEFORE)
    client.get("/ansatt/nydalen/venteliste/")
    with django_assert_num_queries(14):
        page = client.get("/ansatt/nydalen/venteliste/").content.decode()
    assert "Kan ikke den dagen" in page
    assert "har tilbud" in page
    assert "4 venter på en ledig time, 1 kan komme på kort varsel." in page


def test_staff_take_somebody_off_with_a_reason(nydalen, client):
    log_in(client, make_staff(Role.VACCINATOR, clinic=nydalen))
    entry = make_wait()
    path = f"/ansatt/nydalen/venteliste/{entry.pk}/fjern/"
    assert "Velg hvorfor" in client.post(path).content.decode()
    client.post(path, {"reason": "asked"})
    entry.refresh_from_db()
    assert entry.end == "removed"
    assert AuditEntry.objects.get(action="waiting.removed").reason == "asked"


def test_leave_to_ask_at_night_is_given_with_the_wish_and_taken_back(nydalen, alice):
    joining(alice, wants=["standby"], eta="30", any_hour=["yes"])
    patient = WaitingEntry.objects.get().patient
    assert patient.any_hour
    assert "Spørres mellom 21 og 8 Ja" in alice.words
    page = alice.path
    alice.get(f"{page}endre/")
    assert re.search(r'name="any_hour"[^>]*checked', alice.html)
    alice.post(f"{page}endre/", FORM | {"wants": ["standby"], "eta": "30"})
    patient.refresh_from_db()
    assert not patient.any_hour
    assert "Spørres mellom 21 og 8 Nei" in alice.words


def test_nobody_is_asked_at_night_who_was_not_asked_about_it(nydalen, alice):
    joining(alice, wants=["time"], any_hour=["yes"])
    assert not WaitingEntry.objects.get().patient.any_hour


def test_who_stopped_messages_sees_on_their_own_page_that_nobody_asks(nydalen, alice):
    joining(alice)
    patient_id, page = WaitingEntry.objects.get().patient_id, alice.path
    stop_messages(patient_id=patient_id, by=Actor.patient(patient_id), now=BEFORE, reason="link")
    alice.get(page)
    assert "Du har stoppet meldinger fra oss." in alice.words
    alice.post(f"{page}meldinger/", {})
    assert alice.path == page
    assert "Du har stoppet meldinger fra oss." not in alice.words
    assert not stops_of(patient_id)
