"""Each outcome as somebody nervous meets it on a phone: the answer, the next step, whom to call."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from tests.factories import make_clinic
from tests.invariants import assert_integrity
from tests.journeys.answers import answer_all

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MUNICIPAL, HOSPITAL = "+4722000000", "+4722000004"
SWITCH = {"nb": None, "nn": "Nynorsk", "en": "English"}
BEGIN = {
    "nb": "Sjekk om du får tilbud",
    "nn": "Sjekk om du får tilbod",
    "en": "Check if you are offered it",
}
AGAIN = {"nb": "Begynn på nytt", "nn": "Byrj på nytt", "en": "Start again"}
NEXT = {"nb": "Fortsett", "nn": "Hald fram", "en": "Continue"}
FIND = {"nb": "Finn en time", "nn": "Finn ein time", "en": "Find a time"}
SEND = {"nb": "Send til en lege", "nn": "Send til ein lege", "en": "Send to a doctor"}
WHY = {
    "nb": "Derfor fikk du dette svaret",
    "nn": "Derfor fekk du dette svaret",
    "en": "Why you got this answer",
}
EVERYTHING = {
    "nb": "Vis alt, til utskrift",
    "nn": "Vis alt, til utskrift",
    "en": "Show everything, for printing",
}
RATHER_NOT = {
    "nb": "Det er helt greit ikke å svare.",
    "nn": "Det er heilt greitt å ikkje svare.",
    "en": "It is quite all right not to answer.",
}
GUARDIAN = {
    "nb": "Ring oss sammen med en foresatt",
    "nn": "Ring oss saman med ein føresett",
    "en": "Call us together with a parent or guardian",
}
LAST_DAY = {
    "nb": "Vaksinen bør settes senest",
    "nn": "Vaksinen bør setjast seinast",
    "en": "The vaccine should be given by",
}
REMOVE = {"nb": "Ta bort denne dosen", "nn": "Ta bort denne dosen", "en": "Remove this dose"}
TODAY = oslo_date(timezone.now())
EXPOSED = {
    "smitte": "yes",
    "smittedato": f"{TODAY - timedelta(days=2):%d.%m.%Y}",
    "kontakt": "sexual",
    "fremover": "no",
}

OFFERED = {
    "nb": "Du får tilbud om vaksine",
    "nn": "Du får tilbod om vaksine",
    "en": "You are offered the vaccine",
}
CLINICIAN = {
    "nb": "En lege må se på dette",
    "nn": "Ein lege må sjå på dette",
    "en": "A doctor needs to look at this",
}
# What is answered, what it comes to, what to press next, the rules behind it, whom to call.
OUTCOMES = {
    "eligible, group 1": ({"forebygging": "yes"}, OFFERED, FIND, ["R1", "R16"], HOSPITAL),
    "eligible, group 2": ({"prover": "syphilis"}, OFFERED, FIND, ["R3", "R4", "R16"], MUNICIPAL),
    "eligible, group 3": ({}, OFFERED, FIND, ["R4", "R16"], MUNICIPAL),
    "clinician review": ({"graviditet": "pregnant"}, CLINICIAN, SEND, ["R4", "A1"], MUNICIPAL),
    "contraindicated": (
        {"allergi": "gentamicin"},
        {
            "nb": "Du skal ikke ha denne vaksinen",
            "nn": "Du skal ikkje ha denne vaksinen",
            "en": "You must not have this vaccine",
        },
        None,
        ["R30"],
        MUNICIPAL,
    ),
    "seek care": (
        {"symptomer": "yes"},
        {
            "nb": "Snakk med en lege om symptomene",
            "nn": "Snakk med ein lege om symptoma",
            "en": "Talk to a doctor about your symptoms",
        },
        None,
        ["R32"],
        MUNICIPAL,
    ),
    "not needed": (
        {"tidligere-sykdom": "yes"},
        {
            "nb": "Du trenger ingen dose nå",
            "nn": "Du treng ingen dose no",
            "en": "You do not need a dose now",
        },
        None,
        ["R33"],
        MUNICIPAL,
    ),
    "not offered": (
        {"kjonn": "woman"},
        {
            "nb": "Du er ikke i gruppen som får tilbud nå",
            "nn": "Du er ikkje i gruppa som får tilbod no",
            "en": "You are not in the group that is offered the vaccine now",
        },
        None,
        ["R8"],
        MUNICIPAL,
    ),
    "after exposure": (EXPOSED, CLINICIAN, SEND, ["R10", "R11", "R21"], MUNICIPAL),
}


@pytest.fixture
def clinics(transactional_db, valkey):
    """A municipal clinic and a hospital's; each gives to its groups."""
    make_clinic(phone=MUNICIPAL)
    make_clinic(
        slug="fjordby",
        name="Fjordby sykehus",
        discreet_name="Fjordby sykehus",
        kind=Clinic.Kind.SPECIALIST,
        groups=(1,),
        phone=HOSPITAL,
    )


@pytest.fixture
def kim(request, clinics, new_visitor):
    """Somebody with a phone, who reads the language of the test."""
    visitor = new_visitor(name=request.getfixturevalue("language"))
    visitor.open("/")
    switch = SWITCH[request.getfixturevalue("language")]
    if switch:
        visitor.press(switch)
    visitor.hurry(BEGIN[request.getfixturevalue("language")])
    return visitor


in_each_language = pytest.mark.parametrize("language", SWITCH)


@in_each_language
def test_each_outcome_says_what_it_means_what_to_do_next_and_whom_to_call(kim, language):
    page = kim.page
    for number, (name, expected) in enumerate(OUTCOMES.items()):
        answers, answer, next_step, rules, phone = expected
        if number:
            kim.page.goto(kim.home)
            kim.hurry(AGAIN[language])
        answer_all(kim, NEXT[language], looking=False, **answers)
        kim.reads(answer[language], phone)
        heading = page.locator("h1").bounding_box()
        assert heading["y"] < 300, name
        for each in (FIND, SEND):
            shown = page.get_by_role("link", name=each[language]).count()
            assert shown == (1 if each is next_step else 0), name
        assert page.get_by_role("link", name=phone).is_visible(), name
        if name == "after exposure":
            kim.reads(LAST_DAY[language])
        assert not any(f" {rule}." in page.inner_text("main") for rule in rules), name

        page.get_by_text(WHY[language]).click()
        for rule in rules:
            expect(page.locator("main")).to_contain_text(f" {rule}.", use_inner_text=True)
        assert "mpox" not in page.title().lower()
    kim.press(EVERYTHING[language])
    assert page.locator("details:not([open])").count() == 0
    assert_integrity()


@in_each_language
def test_who_would_rather_not_answer_and_who_is_a_child_meet_a_person(kim, language):
    answer_all(kim, NEXT[language], looking=False, forebygging="declined")
    kim.reads(RATHER_NOT[language], MUNICIPAL, HOSPITAL)
    kim.press(SEND[language])
    assert "/vurdering/" in kim.page.url

    kim.page.goto(kim.home)
    kim.hurry(AGAIN[language])
    answer_all(kim, NEXT[language], looking=False, fodselsdato=f"01.01.{TODAY.year - 15}")
    kim.reads(GUARDIAN[language], MUNICIPAL)
    assert_integrity()


@in_each_language
def test_two_doses_are_told_one_is_taken_out_and_the_other_one_lacks_papers(kim, language):
    page = kim.page
    page.fill("input[name=answer]", "14.03.1991")
    kim.hurry(NEXT[language])
    for _symptoms_and_exposure in range(2):
        page.check("input[name=answer][value=no]")
        kim.hurry(NEXT[language])
    assert not page.locator("input[name=day_1]").is_visible()
    page.check("input[name=number][value='2']")
    assert not page.locator("input[name=day_3]").is_visible()
    for number, where in enumerate(("norway", "abroad"), start=1):
        page.fill(f"input[name=day_{number}]", f"01.0{number}.2023")
        page.check(f"input[name=why_{number}][value=ppv]")
        page.check(f"input[name=where_{number}][value={where}]")
    kim.hurry(NEXT[language])
    page.goto(f"{kim.home}/sjekk/tidligere/")
    kim.look()
    assert page.input_value("input[name=day_2]") == "01.02.2023"
    page.get_by_label(REMOVE[language]).first.check()
    kim.hurry(NEXT[language])
    answer_all(kim, NEXT[language], looking=False, **{"senere-sykdom": "no", "fremover": "no"})
    kim.reads(CLINICIAN[language])
    page.get_by_text(WHY[language]).click()
    expect(page.locator("main")).to_contain_text(" A8.", use_inner_text=True)
    assert_integrity()
