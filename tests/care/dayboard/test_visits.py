"""A person's page: the questions, the dose, every refusal in plain words, what comes after."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from care.services.vaccination import rescreen_for
from tests.access.logins import log_in
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, of_person, text
from tests.factories import (
    DAY,
    OPENING,
    Day,
    day_answers,
    make_arrival,
    make_dose,
    make_lot,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Dose, Lot, Vial
from vaccinations.services.vials import close_as_empty

END = "Avslutt uten vaksine"


def ask(nurse: Client, one: Appointment, **answers: object) -> str:
    """Tick some answers and return what the person's page says then."""
    posted = {"asked": "as_ticked", **answers}
    return text(nurse.post(of_person("rescreen", one), posted, follow=True))


def chosen(decision: object, vial: Vial, site: str = Dose.Site.LEFT_ARM) -> dict[str, str]:
    return {"decision": str(decision), "vial": str(vial.pk), "site": site}


def test_the_questions_come_with_nothing_ticked(nurse: Client, waiting: Appointment) -> None:
    response = nurse.get(of_person("person", waiting))

    page = text(response)
    assert "Har du en infeksjon med feber over 38 °C?" in page
    assert "Spurt om alt: nei på alt" in page
    assert "checked" not in response.content.decode()
    assert "forrige dose" not in page, "asked only of those who have had one"


def test_opening_a_person_is_recorded_every_time(nurse: Client, waiting: Appointment) -> None:
    for _ in range(2):
        nurse.get(of_person("person", waiting))

    entries = AuditEntry.objects.filter(action="patient.read", patient_id=waiting.patient_id)
    assert [entry.object_id for entry in entries] == [str(waiting.pk)] * 2


def test_no_to_everything_is_one_click_and_leads_to_the_dose(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(nurse, waiting)

    response = nurse.get(of_person("person", waiting))

    page = text(response)
    assert "Sett dose 1: i huden, 0,1 ml" in page
    assert "Hetteglass A 5 doser igjen, brukes før 19.30, lot 4F21" in page
    html = response.content.decode()
    assert html.count("checked") == 3, "the vial, the left arm, and the way that is planned"
    assert "Venstre overarm" in page


@pytest.mark.parametrize(
    ("answers", "title", "why", "way_on"),
    [
        ({"yes": ["fever_over_38"]}, "Vent med vaksinen", "Feber over 38 °C", "Finn ny time nå"),
        ({"yes": ["mpox_symptoms"]}, "Skal ikke vaksineres", "Be personen unngå nærkontakt", END),
        ({"yes": ["had_mpox"]}, "Trenger ikke vaksinen", "Har hatt mpox", END),
        ({"yes": ["pregnant"]}, "En lege må avgjøre", "Gravid", "Spør legen"),
        ({"allergies": ["gentamicin"]}, "Skal ikke ha vaksinen", "Allergi mot noe i", END),
        ({"allergies": ["other"]}, "En lege må avgjøre", "Annen allergi", "Spør legen"),
    ],
)
def test_an_answer_that_stops_the_dose_says_why_and_what_to_do(
    nurse: Client,
    waiting: Appointment,
    vial: Vial,
    answers: dict[str, object],
    title: str,
    why: str,
    way_on: str,
) -> None:
    page = ask(nurse, waiting, **answers)

    assert title in page
    assert why in page
    assert "Si til personen: «" in page
    assert way_on in page
    assert "Sett dose 1" not in page


def test_answers_that_differ_from_the_booking_stand_out(
    nurse: Client, day: Day, vial: Vial
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", atopic_eczema=True)

    page = ask(nurse, waiting, yes=["keloid_tendency"])

    assert "Nytt svar: Kraftig arrdannelse (keloid)" in page
    assert "Ikke lenger: Atopisk eksem" in page
    assert "under huden Endret i dag" in page
    assert "Sett dose 1: under huden, 0,5 ml" in page


def test_the_same_answers_as_at_booking_do_not_stand_out(
    nurse: Client, day: Day, vial: Vial
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", atopic_eczema=True)

    page = ask(nurse, waiting, yes=["atopic_eczema"], immunosuppressed="unsure")

    assert "Atopisk eksem" in page
    assert "Nytt svar" not in page
    assert "Ikke lenger" not in page


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"asked": "all_no", "yes": ["pregnant"]}, "Du har krysset av for noe."),
        ({"asked": "all_no", "immunosuppressed": "yes"}, "Du har krysset av for noe."),
        ({"asked": "as_ticked"}, "Kryss av for det personen svarer ja på, eller velg"),
        ({"asked": "as_ticked", "immunosuppressed": "no"}, "Kryss av for det personen svarer"),
        ({}, "Still spørsmålene, og velg en av knappene."),
        ({"asked": "as_ticked", "yes": ["local_reaction_persists"]}, "Rett dette"),
    ],
)
def test_buttons_that_do_not_fit_the_ticks_are_refused_and_the_ticks_stay(
    nurse: Client, waiting: Appointment, posted: dict[str, object], words: str
) -> None:
    response = nurse.post(of_person("rescreen", waiting), posted)

    assert words in text(response)
    ticked = len([one for key in ("yes", "immunosuppressed") if (one := posted.get(key))])
    assert response.content.decode().count("checked") == (0 if words == "Rett dette" else ticked)
    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.source == "self", "no answer is read from silence"


def test_those_who_have_had_a_dose_are_asked_about_it(nurse: Client, day: Day, vial: Vial) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", dose_number=2)
    earlier = OPENING - timedelta(days=40)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)
    page = text(nurse.get(of_person("person", waiting)))
    assert "Fikk du påvist mpox etter forrige dose?" in page
    assert "dose 1, 17. oktober 2026" in page

    page = ask(nurse, waiting, yes=["local_reaction_persists"])

    assert "Vent med vaksinen" in page
    assert "Kraftig reaksjon på armen som ikke har gått over" in page


def test_a_dose_is_given_and_the_page_shows_it_with_dose_two_s_place(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    decision = ask_all_no(nurse, waiting)

    response = nurse.post(of_person("give_dose", waiting), chosen(decision, vial), follow=True)

    page = text(response)
    assert response.redirect_chain == [(of_person("person", waiting), 302)]
    assert "Dose 1 er gitt kl. 17.42" in page
    assert "Gitt i huden, 0,1 ml, venstre overarm, hetteglass A, lot 4F21." in page
    assert "torsdag 24. desember, kl. 17.40" in page
    assert Dose.objects.get().patient_id == waiting.patient_id


def test_without_a_place_the_page_says_that_the_person_is_on_the_list(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    decision = ask_all_no(nurse, waiting)

    response = nurse.post(of_person("give_dose", waiting), chosen(decision, vial), follow=True)

    assert "Personen har ikke fått time til neste dose ennå." in text(response)
    the_list = reverse("desk:dose_two_to_place", args=[day.clinic.slug])
    assert the_list in response.content.decode()


def test_a_double_click_gives_one_dose_and_shows_it_without_alarm(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    decision = ask_all_no(nurse, waiting)
    for _ in range(2):
        response = nurse.post(of_person("give_dose", waiting), chosen(decision, vial), follow=True)

    assert Dose.objects.count() == 1
    assert "Dose 1 er gitt kl. 17.42" in text(response)
    assert "Dosen er registrert allerede" not in text(response)


def test_a_colleagues_dose_is_told_of(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    decision = ask_all_no(nurse, waiting)
    colleague = log_in(Client(), make_staff(clinic=day.clinic, name="Ola Gran"))
    colleague.post(of_person("give_dose", waiting), chosen(decision, vial))

    response = nurse.post(of_person("give_dose", waiting), chosen(decision, vial), follow=True)

    assert Dose.objects.count() == 1
    assert "Dosen er registrert allerede. Se hva som ble gitt." in text(response)


def _window_ended(day: Day, vial: Vial, clock: time_machine.Traveller) -> None:
    clock.move_to(vial.use_before)


def _lot_stopped(day: Day, vial: Vial, clock: time_machine.Traveller) -> None:
    Lot.objects.filter(pk=vial.lot_id).update(state=Lot.State.RECALLED)


def _lot_expired(day: Day, vial: Vial, clock: time_machine.Traveller) -> None:
    Lot.objects.filter(pk=vial.lot_id).update(expires_on=DAY - timedelta(days=1))


def _closed_by_a_colleague(day: Day, vial: Vial, clock: time_machine.Traveller) -> None:
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (_window_ended, "Brukstiden for hetteglasset er ute. Velg et annet glass"),
        (_lot_stopped, "Loten er stoppet. Ikke bruk hetteglasset."),
        (_lot_expired, "Loten har gått ut på dato."),
        (_closed_by_a_colleague, "Hetteglasset er lukket."),
    ],
)
def test_a_vial_that_is_no_good_any_more_is_refused_in_words_and_the_arm_stays_chosen(
    nurse: Client,
    day: Day,
    waiting: Appointment,
    vial: Vial,
    clock: time_machine.Traveller,
    meanwhile: object,
    words: str,
) -> None:
    other_lot = make_vial(
        clinic=day.clinic,
        lot=make_lot(
            clinic=day.clinic, number="9Z99", expires_on=DAY + timedelta(days=90), vials=3
        ),
        by=day.nurse,
        now=NOW,
    )
    decision = ask_all_no(nurse, waiting)
    meanwhile(day, vial, clock)  # type: ignore[operator]

    response = nurse.post(
        of_person("give_dose", waiting), chosen(decision, vial, Dose.Site.RIGHT_ARM)
    )

    page = text(response)
    assert "Ikke registrert" in page
    assert words in page
    assert "lot 9Z99" in page, "a vial to choose instead"
    html = response.content.decode()
    assert html.count("checked") == 1, "the arm: another vial is for the nurse to choose"
    assert "checked" in html.partition('value="right_upper_arm"')[2].partition(">")[0]
    assert not Dose.objects.exists()
    again = chosen(decision, other_lot, Dose.Site.RIGHT_ARM)
    nurse.post(of_person("give_dose", waiting), again)
    assert Dose.objects.get().site == Dose.Site.RIGHT_ARM


def test_not_enough_left_for_a_whole_vial_dose_is_refused_in_words(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    ask(nurse, waiting, yes=["keloid_tendency"])
    waiting.refresh_from_db()
    make_dose(vial=vial, by=day.nurse, now=NOW)

    response = nurse.post(of_person("give_dose", waiting), chosen(waiting.decision_id, vial))

    page = text(response)
    assert "Det er ikke nok igjen i hetteglasset." in page
    assert "Dosen tar et helt glass. Åpne et nytt, så kommer du tilbake hit." in page
    assert not Dose.objects.filter(patient=waiting.patient).exists()


def test_a_plan_that_a_colleague_changed_is_shown_before_the_dose_can_be_given(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    seen = ask_all_no(nurse, waiting)
    assert waiting.patient
    newest = rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, keloid_tendency=True),
        by=day.by,
        now=NOW,
    )

    response = nurse.post(of_person("give_dose", waiting), chosen(seen, vial))

    page = text(response)
    assert "En kollega har stilt spørsmålene på nytt." in page
    assert "Sett dose 1: under huden, 0,5 ml" in page
    assert f'value="{newest.pk}"' in response.content.decode()
    assert not Dose.objects.exists()


def test_a_plan_that_a_colleague_stopped_shows_the_stop(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    seen = ask_all_no(nurse, waiting)
    assert waiting.patient
    rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, mpox_symptoms=True),
        by=day.by,
        now=NOW,
    )

    page = text(nurse.post(of_person("give_dose", waiting), chosen(seen, vial)))

    assert "Skal ikke vaksineres: symptomer på mpox" in page
    assert not Dose.objects.exists()


def test_without_the_questions_of_today_no_dose_is_given(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    response = nurse.post(of_person("give_dose", waiting), chosen(waiting.decision_id, vial))

    assert "Spørsmålene må stilles på nytt før dosen kan gis." in text(response)
    assert "Spør om dette i dag" in text(response)
    assert not Dose.objects.exists()


def test_a_dose_too_soon_after_the_last_is_stopped_with_the_first_possible_day(
    nurse: Client, day: Day, vial: Vial
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40")
    earlier = OPENING - timedelta(days=21)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)
    decision = ask_all_no(nurse, waiting)

    page = text(nurse.get(of_person("person", waiting)))
    assert "Neste dose kan tidligst gis 3. desember 2026." in page
    response = nurse.post(of_person("give_dose", waiting), chosen(decision, vial))

    assert "Det er for kort tid siden forrige dose." in text(response)
    assert Dose.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"site": ""}, {"vial": ""}, {"vial": "noe annet"}, {"decision": "x"}, {"site": "left_leg"}],
)
def test_a_form_with_something_missing_or_made_up_gives_no_dose(
    nurse: Client, waiting: Appointment, vial: Vial, change: dict[str, str]
) -> None:
    posted = {**chosen(ask_all_no(nurse, waiting), vial), **change}

    response = nurse.post(of_person("give_dose", waiting), posted)

    assert response.status_code == 200
    assert "Rett dette før du går videre" in text(response)
    assert not Dose.objects.exists()


def test_an_unknown_vial_gives_no_dose(nurse: Client, waiting: Appointment, vial: Vial) -> None:
    posted = {**chosen(ask_all_no(nurse, waiting), vial), "vial": str(uuid4())}

    assert "Hetteglasset er lukket." in text(nurse.post(of_person("give_dose", waiting), posted))
    assert not Dose.objects.exists()


def test_without_an_open_vial_the_page_leads_to_opening_one_and_back(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    ask_all_no(nurse, waiting)
    response = nurse.get(of_person("person", waiting))
    assert "Ingen åpne glass passer til denne dosen" in text(response)
    opening = reverse("dayboard:open_vial", args=[day.session.pk]) + f"?person={waiting.pk}"
    assert opening in response.content.decode()

    response = nurse.post(opening, {"lot": day.lot.pk, "letter": "A"}, follow=True)

    label = text(response)
    assert "Hetteglass A er åpnet." in label
    assert of_person("person", waiting) in response.content.decode(), "the label leads on to it"
    assert "Hetteglass A 5 doser igjen" in text(nurse.get(of_person("person", waiting)))


def test_who_cannot_be_vaccinated_is_turned_away_with_the_outcome_as_reason(
    nurse: Client, waiting: Appointment
) -> None:
    ask(nurse, waiting, yes=["fever_over_38"])

    response = nurse.post(of_person("end_without_dose", waiting), follow=True)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.ended_at) == ("turned_away", NOW)
    assert AuditEntry.objects.get(action="appointment.turned_away").reason == "defer"
    assert "Besøket er avsluttet" in text(response)
    assert "Vent med vaksinen" in text(response)


def test_who_may_have_the_dose_is_not_turned_away_by_a_stale_page(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    ask_all_no(nurse, waiting)

    response = nurse.post(of_person("end_without_dose", waiting), follow=True)

    waiting.refresh_from_db()
    assert waiting.status == "arrived"
    assert "Dette er endret av en kollega." in text(response)


def test_the_questions_can_be_asked_again(nurse: Client, waiting: Appointment, vial: Vial) -> None:
    ask(nurse, waiting, yes=["fever_over_38"])

    again = nurse.get(of_person("person", waiting), {"sporsmal": "1"})
    assert "Spør om dette i dag" in text(again)
    assert "checked" not in again.content.decode()

    ask_all_no(nurse, waiting)
    assert "Sett dose 1" in text(nurse.get(of_person("person", waiting)))


@pytest.mark.parametrize("name", ["rescreen", "give_dose"])
def test_an_address_that_only_saves_leads_to_the_person_when_opened(
    nurse: Client, waiting: Appointment, name: str
) -> None:
    response = nurse.get(of_person(name, waiting))

    assert response.headers["Location"] == of_person("person", waiting)


def test_a_person_who_is_not_here_can_only_be_checked_in(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    nurse.post(of_person("undo_arrival", waiting))
    page = text(nurse.get(of_person("person", waiting)))
    assert "Personen er ikke registrert som møtt." in page

    response = nurse.post(of_person("rescreen", waiting), {"asked": "all_no"}, follow=True)

    assert "Oppmøtet er angret." in text(response)
