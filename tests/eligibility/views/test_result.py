"""What the answers come to: the right words, the next step, a person to talk to."""

from datetime import timedelta

import pytest
import time_machine

from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.templatetags.oslo_time import day_and_year
from eligibility.domain.rules.fhi_2023_05_23.advice import ADVICE
from eligibility.views.explaining import BEFORE_YOU_COME, SECTIONS
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
        ({"fodselsdato": "01.01.2010"}, "En lege må se på dette"),
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
        "Ta med gyldig legitimasjon når du kommer.",
        "Ett hetteglass er nok til 3–5 personer",
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
    result_of(**EXPOSED).shows(
        "Send saken eller ring i dag. Vaksinen bør settes senest 20. november 2026."
    )


def test_who_was_exposed_long_ago_is_told_to_call_all_the_same():
    result_of(**EXPOSED | {"smittedato": "01.10.2026"}).shows("ring likevel, så får du råd.")


def test_no_result_says_unfolded_which_group_one_is_in_or_repeats_an_answer():
    for answers in ({}, {"forebygging": "yes"}, {"oppfolging": "yes"}, {"betaling": "yes"}):
        words = result_of(**answers).unfolded.lower()
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


def test_the_rules_that_led_there_are_told_in_plain_words_with_their_source():
    visit = result_of(graviditet="pregnant")
    visit.shows(
        "Derfor fikk du dette svaret",
        "får du tilbud i gruppe 3.",
        "Regel R4. Fra Folkehelseinstituttets råd, under «",
        "Regel A1. Vår lesning, der rådene ikke sier noe.",
    )
    assert visit.words.index("Regel R4.") < visit.words.index("Regel R16.")
    assert visit.words.index("Regel R16.") < visit.words.index("Regel A1.")


def test_who_is_in_no_group_is_told_so_by_a_rule():
    result_of(kjonn="woman").shows("Regel R8.")


def test_each_piece_of_advice_has_one_place_on_the_page():
    placed = [*BEFORE_YOU_COME, *(rule_id for _title, ids in SECTIONS for rule_id in ids)]
    assert sorted(placed) == sorted(ADVICE)


def test_the_advice_that_applies_is_there_and_no_other():
    visit = result_of(hud="atopic_eczema")
    visit.shows("Har du atopisk eksem, kan du få sterkere bivirkninger", "Vanlige bivirkninger")
    assert "Har du fått vaksinen i utlandet" not in visit.words
    abroad = result_of(tidligere=ONE_DOSE | {"where_1": "abroad_documented"})
    abroad.shows("Har du fått vaksinen i utlandet")
    assert "atopisk eksem" not in abroad.words


def test_a_dose_abroad_without_papers_is_a_clinicians_to_weigh():
    visit = result_of(tidligere=ONE_DOSE | {"where_1": "abroad"})
    visit.shows("Du har fått en dose uten dokumentasjon.", "Regel A8.")


def test_a_dose_in_norway_without_papers_counts():
    result_of(tidligere=ONE_DOSE | {"where_1": "norway_undocumented"}).shows("dose 2")


@pytest.mark.parametrize(
    ("answers", "may_send"),
    [
        ({"graviditet": "pregnant"}, True),
        ({"fodselsdato": "01.01.2010"}, True),
        (EXPOSED, True),
        (EXPOSED | {"allergi": "benzonase"}, True),
        (EXPOSED | {"tidligere_sykdom": "yes"}, True),
        ({"allergi": "benzonase"}, False),
        ({"tidligere_sykdom": "yes"}, False),
        ({"symptomer": "yes"}, False),
        ({"kjonn": "woman"}, False),
        ({}, False),
    ],
)
def test_who_needs_a_clinician_can_send_the_case(answers, may_send):
    visit = result_of(**answers)
    assert ('href="/vurdering/">Send til en lege' in visit.html) is may_send
    if may_send:
        assert visit.get("/vurdering/").status_code == 200
        assert visit.path.startswith("/vurdering/")


def test_the_first_group_is_told_to_ask_their_doctor_where_no_hospital_is_here():
    Clinic.objects.filter(kind=Clinic.Kind.SPECIALIST).delete()
    visit = result_of(forebygging="yes")
    visit.shows("Kontakt legen som følger deg opp der.", MUNICIPAL)
    assert "Finn en time" not in visit.words


def test_where_the_hospital_does_not_offer_it_today_nobody_is_sent_to_an_empty_list():
    Clinic.objects.get(kind=Clinic.Kind.SPECIALIST).group_offers.all().delete()
    visit = result_of(forebygging="yes")
    visit.shows("du kan ikke bestille på nett nå", HOSPITAL)
    assert "Finn en time" not in visit.words


def test_where_no_municipal_clinic_offers_it_today_nobody_is_sent_to_an_empty_list():
    Clinic.objects.get(kind=Clinic.Kind.MUNICIPAL).group_offers.all().delete()
    visit = result_of()
    visit.shows("Ingen steder her har åpnet for deg på nett nå.", MUNICIPAL)
    assert "Finn en time" not in visit.words


def test_whose_group_opens_later_is_told_from_when_and_can_ask_to_be_told():
    opening = oslo_date(BEFORE) + timedelta(days=40)
    Clinic.objects.get(kind=Clinic.Kind.MUNICIPAL).group_offers.update(valid_from=opening)
    visit = result_of()
    visit.shows("Få beskjed når det er ledige timer", f"åpner {day_and_year(opening)}")
    assert 'href="/beskjed/"' in visit.html


def test_who_can_book_is_not_asked_to_wait():
    assert "Få beskjed" not in result_of().words


def test_for_printing_everything_is_open():
    visit = result_of()
    assert " open>" not in visit.html
    assert 'href="/sjekk/svar/?utskrift=1"' in visit.html
    visit.get(RESULT + "?utskrift=1")
    assert visit.html.count("<details") == visit.html.count(" open>") > 3


def test_the_result_costs_a_fixed_number_of_queries(django_assert_num_queries):
    """The rule set in force, all clinics, and those that offer it."""
    visit = result_of()
    with django_assert_num_queries(3):
        visit.get(RESULT)
