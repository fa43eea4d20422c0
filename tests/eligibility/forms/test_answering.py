"""One question, one form: what is taken as an answer, and what is said about the rest."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from eligibility.domain.answers import (
    Allergy,
    Contact,
    Gender,
    Immunosuppressed,
    Occupation,
    RiskBehaviour,
    SmallpoxEvidence,
)
from eligibility.domain.steps import Pregnancy, Skin, Step
from eligibility.forms.answering import DECLINED, form_for
from eligibility.forms.questions import QUESTIONS, Day, One, Several, YesNo
from eligibility.forms.told_doses import NOT_A_DATE

TODAY, BORN = date(2026, 11, 26), date(1991, 3, 14)

# What is ticked or typed, and the answer it makes.
RIGHT = {
    Step.DATE_OF_BIRTH: ("14.03.1991", BORN),
    Step.SYMPTOMS: ("no", False),
    Step.EXPOSED: ("yes", True),
    Step.EXPOSED_ON: ("24.11.2026", date(2026, 11, 24)),
    Step.CONTACT: ("household", Contact.HOUSEHOLD),
    Step.ALLERGIES: (["gentamicin", "other"], {Allergy.GENTAMICIN, Allergy.OTHER}),
    Step.HAD_MPOX: ("no", False),
    Step.MPOX_AFTER_DOSE: ("yes", True),
    Step.SMALLPOX_EVIDENCE: ("scar", SmallpoxEvidence.SCAR),
    Step.IMMUNOSUPPRESSED: ("unsure", Immunosuppressed.UNSURE),
    Step.CONTINUING_RISK: ("yes", True),
    Step.OCCUPATION: ("live_virus_lab", Occupation.LIVE_VIRUS_LAB),
    Step.GENDER: ("trans", Gender.TRANS),
    Step.SEX_WITH_MEN: ("yes", True),
    Step.ON_PREP: ("no", False),
    Step.HIV_POSITIVE: ("no", False),
    Step.SELLS_SEX_TO_MEN: ("no", False),
    Step.RISK_BEHAVIOURS: (["chemsex"], {RiskBehaviour.CHEMSEX}),
    Step.STI_LAST_24_MONTHS: (["none"], set()),
    Step.PREGNANCY: (["breastfeeding"], {Pregnancy.BREASTFEEDING}),
    Step.SKIN: (["keloid_tendency", "atopic_eczema"], set(Skin)),
}
DAYS = [step for step, question in QUESTIONS.items() if isinstance(question, Day)]
SEVERAL = [step for step, question in QUESTIONS.items() if isinstance(question, Several)]
CHOSEN = [step for step, question in QUESTIONS.items() if isinstance(question, One | YesNo)]
# Sexual behaviour, HIV, PrEP and STI, and what they are asked with: decided on, then dropped.
SENSITIVE = {
    Step.GENDER,
    Step.SEX_WITH_MEN,
    Step.ON_PREP,
    Step.HIV_POSITIVE,
    Step.SELLS_SEX_TO_MEN,
    Step.RISK_BEHAVIOURS,
    Step.STI_LAST_24_MONTHS,
}
NASTY = {
    "emoji": "🎉",
    "emoji among digits": "14.03.🎉1991",
    "right-to-left text": "\u202eמרץ 1991",
    "html": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE patients; --",
    "very long": "1" * 10_000,
    "a percent sign": "%s%(value)d",
    "nothing but marks": "\u200f\u200b",
}


def posted(step, *given):
    data = QueryDict(mutable=True)
    data.setlist("answer", [each for value in given for each in _listed(value)])
    return form_for(step, data, given=None, born=BORN, today=TODAY)


def _listed(value):
    return value if isinstance(value, list) else [value]


def errors(form):
    with translation.override("nb"):
        return [str(error) for errors in form.errors.values() for error in errors]


def test_every_question_is_tried():
    assert set(RIGHT) == set(QUESTIONS) == set(Step) - {Step.PREVIOUS_DOSES}


@pytest.mark.parametrize("step", RIGHT, ids=str)
def test_a_right_answer_comes_out_as_the_rules_know_it(step):
    typed, answer = RIGHT[step]
    form = posted(step, typed)
    assert form.is_valid(), form.errors
    assert form.value() == answer


@pytest.mark.parametrize("step", RIGHT, ids=str)
def test_an_answer_given_before_is_shown_again(step):
    typed, answer = RIGHT[step]
    given = frozenset(answer) if isinstance(answer, set) else answer
    form = form_for(step, None, given=given, born=BORN, today=TODAY)
    html = str(form["answer"])
    for each in _listed(typed):
        shown = f'value="{each}"'
        assert shown in html
        if step not in DAYS:
            assert "checked" in html.split(shown)[1].split(">", maxsplit=1)[0]
    assert html.count("checked") == (0 if step in DAYS else len(_listed(typed)))


@pytest.mark.parametrize("step", RIGHT, ids=str)
def test_nothing_is_chosen_beforehand(step):
    html = str(form_for(step, None, given=None, born=BORN, today=TODAY)["answer"])
    assert "checked" not in html
    assert 'value="2026' not in html


@pytest.mark.parametrize("step", RIGHT, ids=str)
def test_no_answer_asks_for_this_very_one_in_its_own_words(step):
    [error] = errors(posted(step))
    assert error == str(QUESTIONS[step].missing)
    assert not error.endswith(":")
    assert len({str(question.missing) for question in QUESTIONS.values()}) == len(QUESTIONS)


@pytest.mark.parametrize("step", [*CHOSEN, *SEVERAL], ids=str)
@pytest.mark.parametrize("tampered", ["maybe", "", "YES", "0", "%s", "<b>", "🎉"])
def test_a_tampered_choice_is_no_answer(step, tampered):
    form = posted(step, tampered)
    assert errors(form) == [str(QUESTIONS[step].missing)]


@pytest.mark.parametrize("step", SEVERAL, ids=str)
def test_none_together_with_something_is_asked_again_and_keeps_the_ticks(step):
    something = QUESTIONS[step].choices[0][0].value
    form = posted(step, [something, "none"])
    [error] = errors(form)
    assert "både for «nei» og for noe annet" in error
    assert str(form["answer"]).count("checked") == 2


@pytest.mark.parametrize("step", SEVERAL, ids=str)
def test_a_tampered_tick_among_right_ones_spoils_them(step):
    something = QUESTIONS[step].choices[0][0].value
    assert not posted(step, [something, "tampered"]).is_valid()


@pytest.mark.parametrize("step", SEVERAL, ids=str)
def test_all_of_several_can_be_ticked(step):
    every = [value for value, _words in QUESTIONS[step].choices]
    form = posted(step, [each.value for each in every])
    assert form.is_valid()
    assert form.value() == frozenset(every)


@pytest.mark.parametrize("step", CHOSEN, ids=str)
def test_of_two_answers_to_a_question_with_one_the_last_counts(step):
    """A browser cannot send two; whoever does gets no fault page."""
    first, second = list(
        dict(form_for(step, None, given=None, born=BORN, today=TODAY).fields["answer"].choices)
    )[:2]
    form = posted(step, [first, second])
    assert form.is_valid()
    assert form.cleaned_data["answer"] == second


@pytest.mark.parametrize(
    "typed",
    [
        "14.03.1991",
        "14.3.1991",
        " 14.03.1991 ",
        "14. 3. 1991",
        "14 . 03 . 1991",
        "14/03/1991",
        "14-03-1991",
        "14,03,1991",
        "14 03 1991",
        "14031991",
        "1991-03-14",
        "\u200e14.03.1991\u200f",
        "\u00a014.03.1991",
        "14.03.1991\x00",
        "١٤.٠٣.١٩٩١",
    ],
)
@pytest.mark.parametrize("step", [Step.DATE_OF_BIRTH])
def test_a_date_may_be_written_as_people_write_dates(step, typed):
    form = posted(step, typed)
    assert form.is_valid(), form.errors
    assert form.value() == BORN


@pytest.mark.parametrize("step", DAYS, ids=str)
@pytest.mark.parametrize(
    "typed",
    ["31.02.2024", "29.02.2023", "29.02.", "00.01.1991", "01.13.1991", "1991", "14.03.91", "i går"],
)
def test_a_date_that_does_not_exist_is_said_to_be_none_and_stays_in_the_field(step, typed):
    form = posted(step, typed)
    assert errors(form) == [str(NOT_A_DATE)]
    assert f'value="{typed}"' in str(form["answer"])


def test_the_29th_of_february_exists_in_leap_years():
    form = posted(Step.DATE_OF_BIRTH, "29.02.1992")
    assert form.is_valid()
    assert form.value() == date(1992, 2, 29)


@pytest.mark.parametrize("step", DAYS, ids=str)
@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_in_a_date_is_refused_and_comes_back_escaped(step, name):
    form = posted(step, NASTY[name])
    assert errors(form), name
    assert "<script>" not in str(form["answer"])
    assert "<script>" not in str(form.errors)


@pytest.mark.parametrize("step", DAYS, ids=str)
def test_today_is_the_last_day_that_can_be_given(step):
    assert posted(step, "26.11.2026").is_valid()
    assert errors(posted(step, "27.11.2026")) == [str(QUESTIONS[step].future)]
    assert errors(posted(step, "26.11.9999")) == [str(QUESTIONS[step].future)]


@pytest.mark.parametrize("typed", ["31.12.1899", "01.01.0091"])
def test_nobody_was_born_before_1900(typed):
    assert errors(posted(Step.DATE_OF_BIRTH, typed)) == ["Datoen må være etter 1. januar 1900"]
    assert posted(Step.DATE_OF_BIRTH, "01.01.1900").is_valid()


def test_nobody_was_exposed_before_birth():
    assert errors(posted(Step.EXPOSED_ON, "13.03.1991")) == ["Datoen må være etter at du ble født"]
    assert posted(Step.EXPOSED_ON, "14.03.1991").is_valid()


@pytest.mark.parametrize("step", list(QUESTIONS), ids=str)
def test_no_question_is_empty_and_no_help_tells_what_to_answer(step):
    assert str(QUESTIONS[step].ask).endswith("?")
    assert str(QUESTIONS[step].missing)


def test_each_sensitive_question_and_no_other_may_be_declined():
    assert {step for step, question in QUESTIONS.items() if question.may_decline} == SENSITIVE


@pytest.mark.parametrize("step", sorted(SENSITIVE), ids=str)
def test_a_sensitive_question_says_why_it_is_asked_and_what_happens_with_the_answer(step):
    form = form_for(step, None, given=None, born=BORN, today=TODAY)
    with translation.override("nb"):
        told = str(form.fields["answer"].help_text)
    assert told.startswith("<p>Vi spør fordi ")
    assert "Så blir det slettet." in told


@pytest.mark.parametrize("step", sorted(SENSITIVE), ids=str)
def test_declining_is_an_answer_and_stays_chosen(step):
    form = posted(step, DECLINED)
    assert form.is_valid()
    assert form.is_declined
    again = form_for(step, None, given=None, born=BORN, today=TODAY, declined=True)
    html = str(again["answer"])
    assert html.count("checked") == 1
    assert "checked" in html.split(f'value="{DECLINED}"')[1].split(">", maxsplit=1)[0]


@pytest.mark.parametrize("step", sorted(SENSITIVE & set(SEVERAL)), ids=str)
def test_declining_together_with_an_answer_is_asked_again(step):
    something = QUESTIONS[step].choices[0][0].value
    [error] = errors(posted(step, [something, DECLINED]))
    assert "Jeg vil ikke svare" in error


@pytest.mark.parametrize("step", [Step.SYMPTOMS, Step.ALLERGIES, Step.OCCUPATION], ids=str)
def test_what_is_needed_to_be_safe_cannot_be_declined(step):
    assert errors(posted(step, DECLINED)) == [str(QUESTIONS[step].missing)]
