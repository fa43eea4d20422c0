"""What the answers come to: the right words, the next step, a person to talk to."""

import pytest
import time_machine

from clinics.models import Clinic
from tests.eligibility.visit import RESULT, Visit
from tests.factories import BEFORE, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("valkey", "_a_week_before", "_clinics"),
]

MUNICIPAL, HOSPITAL = "+4722000000", "+4722000004"
ONE_DOSE = {"number": "1", "day_1": "01.09.2022", "why_1": "ppv", "where_1": "norway"}
EXPOSED = {"smitte": "yes", "smittedato": "16.11.2026", "kontakt": "sexual"}


@pytest.fixture
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def _clinics():
    make_clinic(phone=MUNICIPAL)
    make_clinic(
        slug="fjordby",
        name="Fjordby sykehus",
        discreet_name="Fjordby sykehus",
        kind=Clinic.Kind.SPECIALIST,
        groups=(1,),
        phone=HOSPITAL,
    )


def result_of(**answers):
    visit = Visit()
    visit.answer_all(**answers)
    assert visit.path == RESULT
    return visit


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"symptomer": "yes"}, "Snakk med en lege om symptomene"),
        ({"allergi": "benzonase"}, "Du skal ikke ha denne vaksinen"),
        ({"tidligere_sykdom": "yes"}, "Du trenger ingen dose nå"),
        ({"kjonn": "woman"}, "Du er ikke i gruppen som får tilbud nå"),
        ({"graviditet": "pregnant"}, "En lege må se på dette"),
        ({"fodselsdato": "01.01.2012"}, "En lege må se på dette"),
        (EXPOSED, "En lege må se på dette"),
    ],
    ids=["symptoms", "allergy", "had it", "no group", "pregnant", "child", "exposed"],
)
def test_who_cannot_book_is_told_why_and_given_a_person_to_talk_to(answers, words):
    visit = result_of(**answers)
    visit.shows(words, "Snakk med oss", MUNICIPAL)
    assert "Finn en time" not in visit.words
    assert 'href="/time/"' not in visit.html
    assert visit.title == "Svaret ditt – Timebestilling"


def test_who_is_offered_it_is_told_the_course_and_where_to_go_on():
    visit = result_of()
    visit.shows(
        "Du får tilbud om vaksine",
        "Du trenger to doser, med minst 28 dager mellom.",
        "Vaksinen settes i huden på overarmen.",
        "Ta med gyldig legitimasjon.",
        MUNICIPAL,
    )
    assert 'href="/time/">Finn en time' in visit.html


def test_who_scars_easily_is_told_of_the_other_way_to_give_it():
    result_of(hud="keloid_tendency").shows("Vaksinen settes under huden på overarmen.")


def test_the_first_group_is_told_that_the_hospital_gives_it_and_whom_to_call_there():
    visit = result_of(forebygging="yes")
    visit.shows("Tilbudet ditt gis ved sykehuset.", HOSPITAL)
    assert MUNICIPAL not in visit.words


def test_who_has_had_the_old_vaccine_needs_one_dose():
    result_of(fodselsdato="14.03.1961", barndom="scar").shows("Du trenger én dose.")


def test_who_lacks_the_second_dose_is_told_so():
    result_of(tidligere=ONE_DOSE).shows("Du mangler én dose: dose 2.")


def test_who_had_the_first_dose_lately_is_told_the_first_day_for_the_second():
    result_of(tidligere=ONE_DOSE | {"day_1": "10.11.2026"}).shows(
        "Du kan få dosen fra og med 8. desember 2026."
    )


def test_who_was_exposed_lately_is_told_the_last_day():
    result_of(**EXPOSED).shows("Ring i dag. Vaksinen bør settes senest 20. november 2026.")


def test_who_was_exposed_long_ago_is_told_to_call_all_the_same():
    result_of(**EXPOSED | {"smittedato": "01.10.2026"}).shows("Ring likevel, så får du råd.")


def test_no_result_says_which_group_one_is_in_or_repeats_an_answer():
    for answers in ({}, {"forebygging": "yes"}, {"oppfolging": "yes"}, {"betaling": "yes"}):
        words = result_of(**answers).words.lower()
        for told in ("gruppe 1", "gruppe 2", "gruppe 3", "hiv", "prep", "sex"):
            assert told not in words


def test_the_result_leads_back_to_the_last_question():
    visit = result_of(symptomer="yes")
    assert '<a class="ds-link back-link" href="/sjekk/symptomer/">' in visit.html


def test_the_result_is_not_shown_before_the_last_answer():
    visit = Visit()
    visit.answer_all(until="/sjekk/kjonn/")
    visit.get(RESULT)
    assert visit.path == "/sjekk/kjonn/"


def test_where_no_clinic_is_known_there_is_still_somebody_to_call():
    Clinic.objects.all().delete()
    result_of(kjonn="woman").shows("Ring fastlegen din, eller legevakten på 116 117.")


def test_the_rule_set_that_decided_is_named():
    result_of().shows("Folkehelseinstituttets råd, regelsett fhi-2023-05-23.")
