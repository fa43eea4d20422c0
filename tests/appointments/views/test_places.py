"""Choosing where and when."""

from datetime import timedelta

import pytest
from zeal import zeal_ignore

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from clinics.models import Clinic, GroupOffer
from limits.rules import HOLD
from tests.appointments.views.line import ALICE, CONTACT, SUMMARY, TIMES, Booker
from tests.eligibility.visit import RESULT
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_session,
    slot_at,
)

TAKEN = "Tiden er ikke ledig lenger. Velg en annen."
ONE_DOSE = {"number": "1", "day_1": "01.09.2022", "why_1": "ppv", "where_1": "norway"}


def held():
    return Appointment.objects.filter(status=Status.HELD)


def times_on(visit, *, folded):
    """The clock times on the page, before or inside "all other times"."""
    first, _, rest = visit.html.partition('<details class="ds-details folded" >')
    part = rest if folded else first
    return [
        piece.split("<")[0] for piece in part.split('<label class="ds-label" for="id_slot_')[1:]
    ]


def clocks(visit, *, folded=False):
    return [time.partition(">")[2] for time in times_on(visit, folded=folded)]


def test_a_single_clinic_is_chosen_at_once(alice, evening):
    alice.answers().get("/time/")
    assert alice.path == TIMES
    alice.shows("Når kan du komme?", "Nydalen legesenter", "Steg 1 av 5")


def test_of_several_clinics_only_those_for_this_persons_group_are_shown(alice, evening):
    make_clinic(slug="sentrum", discreet_name="Sentrum senter", groups=(3,))
    make_clinic(slug="vest", discreet_name="Vest senter", groups=(2,))
    make_clinic(slug="sykehus", discreet_name="Sykehuset", kind=Clinic.Kind.SPECIALIST, groups=(3,))
    alice.answers().get("/time/")
    assert alice.path == "/time/"
    alice.shows("Hvor vil du komme?", "Nydalen legesenter", "Sentrum senter", "300 kroner")
    assert "Vest senter" not in alice.words
    assert "Sykehuset" not in alice.words


def test_where_nobody_offers_it_there_is_somebody_to_talk_to(alice, evening):
    GroupOffer.objects.all().delete()
    alice.answers().get("/time/")
    alice.shows("Ingen steder tar imot bestillinger på nett akkurat nå", "Snakk med oss")
    assert 'href="/sjekk/snakk-med-oss/"' in alice.html


def test_another_clinics_times_are_not_shown(alice, evening):
    make_clinic(slug="vest", groups=(2,))
    alice.answers().get("/time/vest/")
    assert alice.path == TIMES
    assert alice.get("/time/finnes-ikke/").status_code == 404


def test_who_has_not_answered_is_led_to_the_front_page_with_words(alice, evening):
    for path in ("/time/", TIMES):
        alice.get(path)
        assert alice.path == "/"
        alice.shows("Svar på noen spørsmål først, så finner vi riktig time til deg.")


def test_who_may_not_book_is_led_to_the_result(alice, evening):
    alice.answers(symptomer="yes").get(TIMES)
    assert alice.path == RESULT
    alice.choose(evening)
    assert alice.path == RESULT
    assert not held().exists()


def test_who_has_answered_half_is_led_to_the_next_question(alice, evening):
    alice.answer_all(until="/sjekk/kjonn/")
    alice.get("/time/")
    assert alice.path == "/sjekk/kjonn/"


def test_times_that_share_a_vial_stand_first_and_the_others_are_folded(alice, evening):
    """Window 120 minutes less 10: from 16.10 to 19.50 around the booking at 18.00."""
    alice.answers().get(TIMES)
    shared, others = clocks(alice), clocks(alice, folded=True)
    assert (shared[0], shared[-1], len(shared)) == ("16.10", "19.50", 23)
    assert others == ["16.00"]
    alice.shows("Vis alle andre tider", "Ett hetteglass er nok til 3–5 personer")


def test_a_week_in_which_nothing_is_shared_says_nothing_of_sharing(alice, evening):
    later = make_session(starts_at=OPENING + timedelta(days=7))
    year, week, _ = later.date.isocalendar()
    alice.answers().get(f"{TIMES}?uke={year}-{week:02}")
    assert len(clocks(alice)) == 24
    assert "hetteglass" not in alice.words
    assert "Vis alle andre tider" not in alice.words


@pytest.mark.parametrize("asked", ["2026-99", "x", "", "1999-01", "2026-48' OR 1=1"])
def test_a_week_that_is_not_offered_shows_the_first(alice, evening, asked):
    alice.answers()
    assert alice.get(f"{TIMES}?uke={asked}").status_code == 200
    assert "16.10" in clocks(alice)


def test_a_chosen_time_is_held_and_the_next_step_says_until_when(alice, evening):
    alice.answers().choose(evening)
    assert alice.path == CONTACT
    alice.shows("Vi holder av torsdag 26. november kl. 17.00 til deg. Bestill før kl. 16.10.")
    [mine] = held()
    assert (mine.slot, mine.route, mine.dose_number) == (
        slot_at(evening, "17.00"),
        "intradermal",
        1,
    )


def test_nothing_chosen_and_a_tampered_choice_are_asked_again(alice, evening):
    alice.answers()
    for given, words in (({}, "Velg en tid"), ({"slot": "x"}, TAKEN), ({"slot": "🎉"}, TAKEN)):
        response = alice.post(TIMES, given)
        assert response.status_code == 200
        alice.shows("Rett dette før du går videre:", words)
    assert not held().exists()


def test_a_time_taken_meanwhile_is_not_offered_and_others_are(alice, evening):
    alice.answers().get(TIMES)
    make_booking(session=evening, clock="17.00")
    make_booking(session=evening, clock="17.00")
    alice.choose(evening, "17.00")
    assert alice.path == TIMES
    alice.shows(TAKEN)
    assert "17.00" not in clocks(alice)
    assert "17.10" in clocks(alice)
    assert not held().exists()


def test_a_time_taken_between_the_look_and_the_lock_says_so_too(alice, evening, monkeypatch):
    """The page found it free; then somebody was quicker."""
    from appointments.views import places

    hold = places.hold

    def two_others_first(**asked):
        with zeal_ignore():
            make_booking(session=evening, clock="17.00")
            make_booking(session=evening, clock="17.00")
        return hold(**asked)

    monkeypatch.setattr(places, "hold", two_others_first)
    alice.answers().choose(evening, "17.00")
    assert alice.path == TIMES
    alice.shows("Rett dette før du går videre:", TAKEN)
    assert "17.00" not in clocks(alice)
    assert "17.10" in clocks(alice)


def test_a_session_closed_between_the_look_and_the_lock_says_so_though_it_was_shown(
    alice, evening, monkeypatch
):
    from appointments.views import places

    hold = places.hold

    def closed_for_a_moment(**asked):
        ClinicSession.objects.update(state="closed")
        try:
            return hold(**asked)
        finally:
            ClinicSession.objects.update(state="open")

    monkeypatch.setattr(places, "hold", closed_for_a_moment)
    alice.answers().choose(evening, "17.00")
    alice.shows("Rett dette før du går videre:", TAKEN)


def test_when_the_last_time_is_gone_there_is_a_number_to_call(alice, evening):
    ClinicSession.objects.update(state="closed")
    alice.answers().get(TIMES)
    alice.shows("Ingen ledige timer akkurat nå", "+4722000000")
    alice.choose(evening)
    alice.shows("Ingen ledige timer akkurat nå")


def test_who_goes_back_finds_the_time_they_hold_chosen_and_may_keep_it(alice, evening):
    """Also in a time with one seat, which is theirs."""
    small = make_session(
        clinic=make_clinic(slug="liten", groups=(3,)), stations=1, starts_at=OPENING
    )
    alice.answers().choose(small, "17.00")
    [first] = held()
    alice.get("/time/liten/")
    assert "17.00" in clocks(alice)
    chosen = f'value="{slot_at(small, "17.00").pk}"'
    assert "checked" in alice.html.split(chosen)[1].split(">", maxsplit=1)[0]
    alice.choose(small, "17.00")
    assert alice.path == CONTACT
    assert [one.pk for one in held()] == [first.pk]


def test_who_goes_back_finds_the_week_of_the_time_they_hold(alice, evening):
    later = make_session(starts_at=OPENING + timedelta(days=14))
    alice.answers()
    year, week, _ = later.date.isocalendar()
    alice.post(f"{TIMES}?uke={year}-{week:02}", {"slot": str(slot_at(later, "17.00").pk)})
    assert alice.path == CONTACT
    alice.get(TIMES)
    alice.shows(f"Uke {week}")
    assert f'<option value="{year}-{week:02}" selected>' in alice.html


def test_a_time_chosen_twice_is_held_once(alice, evening):
    alice.answers().choose(evening)
    alice.choose(evening)
    assert alice.path == CONTACT
    assert held().count() == 1


def test_another_time_lets_go_of_the_first(alice, evening):
    alice.answers().choose(evening, "17.00")
    alice.choose(evening, "17.10")
    assert [one.slot for one in held()] == [slot_at(evening, "17.10")]


def test_a_new_time_after_everything_is_filled_in_leads_straight_to_the_summary(alice, evening):
    alice.to_summary(evening, "17.00")
    alice.choose(evening, "17.10")
    assert alice.path == SUMMARY
    alice.shows("torsdag 26. november kl. 17.10", "Alice Ås", ALICE)


def test_who_holds_on_and_on_is_asked_to_wait_or_call(alice, evening):
    alice.answers()
    for number in range(HOLD.browser):
        alice.client.post(TIMES, {"slot": str(slot_at(evening, f"17.{number % 2}0").pk)})
    alice.choose(evening, "17.20")
    assert alice.path == TIMES
    alice.shows(
        "Det er valgt mange tider på kort tid herfra. Prøv igjen om 60 minutter, "
        "eller ring oss på +4722000000."
    )


def test_choosing_a_time_gives_the_answers_another_half_hour(alice, evening, valkey):
    alice.answers()
    [draft] = [name for name in valkey.keys("draft:*") if name.endswith(b":answers")]
    valkey.expire(draft, 60)
    alice.choose(evening)
    assert valkey.ttl(draft) > 1700


def test_dose_two_is_shown_from_its_first_day_on(alice, evening):
    make_session(starts_at=OPENING + timedelta(days=14))
    alice.answers(tidligere=ONE_DOSE | {"day_1": "01.11.2026"}).get(TIMES)
    first_day = DAY.replace(month=11, day=29)
    assert first_day > evening.date
    alice.shows("Torsdag 10. desember")
    assert "Torsdag 26. november" not in alice.words
    alice.choose(evening)
    assert not held().exists()


def test_dose_two_does_not_ask_which_groups_are_open_now(alice, evening):
    ClinicSession.objects.update(offered_groups=[1])
    GroupOffer.objects.update(priority_group=2)
    Booker().answers().get(TIMES)
    alice.answers(tidligere=ONE_DOSE).choose(evening)
    assert alice.path == CONTACT
    [mine] = held()
    assert (mine.dose_number, mine.not_before) == (2, BEFORE.date())


def test_a_whole_vial_is_asked_for_who_needs_one(alice, evening):
    alice.answers(hud="keloid_tendency").choose(evening)
    assert [one.route for one in held()] == ["subcutaneous"]


def test_the_page_is_in_the_readers_language_and_on_their_clock(alice, evening):
    alice.client.cookies["django_language"] = "en"
    alice.answers().get(TIMES)
    assert "17:00" in clocks(alice)
    alice.shows("Thursday 26 November")


def test_a_time_that_has_begun_is_gone_from_the_page(alice, evening, moment):
    moment.move_to(at("17.00"))
    alice.answers().get(TIMES)
    assert [*clocks(alice), *clocks(alice, folded=True)][0] == "17.10"


def test_the_page_costs_the_same_however_many_people_and_times_there_are(
    alice, evening, django_assert_num_queries
):
    alice.answers()
    with django_assert_num_queries(7):
        alice.client.get(TIMES)
    for week in (1, 2, 3):
        session = make_session(starts_at=OPENING + timedelta(days=7 * week))
        for clock in ("16.00", "17.00", "17.00", "18.00"):
            make_booking(session=session, clock=clock)
    with django_assert_num_queries(7):
        alice.client.get(TIMES)


def test_no_browser_or_proxy_keeps_the_page(alice, evening):
    alice.answers()
    for path in ("/time/", TIMES):
        assert "no-store" in alice.client.get(path)["Cache-Control"]
