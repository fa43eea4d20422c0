"""Earlier doses: none, one or two, each with day, reason and place."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from eligibility.domain.answers import Indication, PreviousDose
from eligibility.forms.told_doses import ToldDosesForm

TODAY, BORN = date(2026, 11, 26), date(1991, 3, 14)
FIRST = {"day_1": "01.09.2022", "why_1": "ppv", "where_1": "norway"}
SECOND = {"day_2": "01.10.2022", "why_2": "pepv", "where_2": "abroad"}


def posted(**fields):
    data = QueryDict(mutable=True)
    data.update(fields)
    return ToldDosesForm(data, told=None, born=BORN, today=TODAY)


def errors(form):
    with translation.override("nb"):
        return {field: [str(each) for each in said] for field, said in form.errors.items()}


def dose(day, indication, *, abroad=False, documented=True):
    return PreviousDose(given_on=day, indication=indication, abroad=abroad, documented=documented)


def test_no_dose_is_an_answer():
    form = posted(number="0")
    assert form.is_valid()
    assert form.value() == ()


def test_one_and_two_doses_come_out_as_the_rules_know_them():
    one = posted(number="1", **FIRST)
    assert one.is_valid()
    assert one.value() == (dose(date(2022, 9, 1), Indication.PPV),)
    two = posted(number="2", **FIRST, **SECOND)
    assert two.is_valid()
    assert two.value() == (
        dose(date(2022, 9, 1), Indication.PPV),
        dose(date(2022, 10, 1), Indication.PEPV, abroad=True, documented=False),
    )


@pytest.mark.parametrize(
    ("where", "abroad", "documented"),
    [
        ("norway", False, True),
        ("norway_undocumented", False, False),
        ("abroad_documented", True, True),
        ("abroad", True, False),
    ],
)
def test_the_place_says_whether_a_dose_is_documented(where, abroad, documented):
    form = posted(number="1", **FIRST | {"where_1": where})
    assert form.is_valid()
    assert form.value() == (
        dose(date(2022, 9, 1), Indication.PPV, abroad=abroad, documented=documented),
    )


def test_what_was_told_before_is_shown_again():
    told = (dose(date(2022, 9, 1), Indication.PEPV, abroad=True, documented=True),)
    html = ToldDosesForm(None, told=told, born=BORN, today=TODAY).as_p()
    assert 'value="01.09.2022"' in html
    for name, value in (("number", "1"), ("why_1", "pepv"), ("where_1", "abroad_documented")):
        [one] = [part for part in html.split("<input") if f'name="{name}" value="{value}"' in part]
        assert "checked" in one.split(">")[0]
    assert html.count("checked") == 3


@pytest.mark.parametrize("number", ["", "5", "-1", "no", "🎉"])
def test_the_number_must_be_one_of_those_offered(number):
    assert errors(posted(number=number, **FIRST)) == {
        "number": ["Velg om du har fått vaksinen før"]
    }


def test_each_thing_that_is_missing_about_a_dose_is_asked_for():
    assert set(errors(posted(number="2", **FIRST))) == {"day_2", "why_2", "where_2"}
    assert set(errors(posted(number="1"))) == {"day_1", "why_1", "where_1"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("why_1", "tampered"), ("where_1", "mars"), ("day_1", "31.02.2022"), ("day_1", "🎉")],
)
def test_a_wrong_or_tampered_value_is_one_error_at_its_field(field, value):
    said = errors(posted(number="1", **FIRST | {field: value}))
    assert list(said) == [field]
    assert len(said[field]) == 1


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("27.11.2026", "Datoen kan ikke være fram i tid"),
        ("13.03.1991", "Datoen må være etter at du ble født"),
        ("31.12.1899", "Datoen må være etter at du ble født"),
    ],
)
def test_a_dose_lies_between_birth_and_today(day, words):
    assert errors(posted(number="1", **FIRST | {"day_1": day})) == {"day_1": [words]}


def test_two_doses_are_not_given_on_one_day():
    said = errors(posted(number="2", **FIRST, **SECOND | {"day_2": "01.09.2022"}))
    assert said == {"day_2": ["Du har skrevet to doser på samme dag"]}


def test_doses_may_be_told_in_any_order():
    form = posted(number="2", **FIRST, **SECOND | {"day_2": "31.08.2022"})
    assert form.is_valid()
    assert [each.given_on for each in form.value()] == [date(2022, 8, 31), date(2022, 9, 1)]


def test_four_doses_can_be_told_of():
    days = ("01.09.2022", "01.10.2022", "01.11.2023", "01.12.2023")
    fields = {
        f"{name}_{number}": value
        for number, day in enumerate(days, start=1)
        for name, value in (("day", day), ("why", "ppv"), ("where", "norway"))
    }
    form = posted(number="4", **fields)
    assert form.is_valid()
    assert len(form.value()) == 4
    assert errors(posted(number="4", **fields | {"day_4": ""})) == {
        "day_4": ["Skriv når du fikk dosen. Er du usikker på dagen, skriv omtrent."]
    }


TOLD = (
    dose(date(2022, 9, 1), Indication.PPV),
    dose(date(2022, 10, 1), Indication.PEPV, abroad=True, documented=False),
)


def test_a_dose_told_of_before_can_be_taken_out_whatever_stands_in_it():
    data = QueryDict(mutable=True)
    data.update({"number": "2", **FIRST, **SECOND, "out_1": "on", "day_1": "31.02.2022"})
    form = ToldDosesForm(data, told=TOLD, born=BORN, today=TODAY)
    assert form.is_valid()
    assert form.value() == TOLD[1:]


def test_a_dose_told_of_before_can_be_changed():
    data = QueryDict(mutable=True)
    data.update({"number": "2", **FIRST, **SECOND, "where_2": "abroad_documented"})
    form = ToldDosesForm(data, told=TOLD, born=BORN, today=TODAY)
    assert form.is_valid()
    assert [each.documented for each in form.value()] == [True, True]


def test_only_doses_told_of_before_can_be_taken_out():
    assert not any(name.startswith("out_") for name in posted(number="0").fields)
    one = ToldDosesForm(None, told=TOLD[:1], born=BORN, today=TODAY)
    assert not any(name.startswith("out_") for name in one.fields)
    two = ToldDosesForm(None, told=TOLD, born=BORN, today=TODAY)
    assert [name for name in two.fields if name.startswith("out_")] == ["out_1", "out_2"]


def test_what_is_left_over_from_a_dose_taken_back_stops_nobody():
    """The fields are hidden then, so that nobody could see what is wrong in them."""
    wrong = {"day_1": "31.02.2022", "why_1": "tampered", "day_2": "🎉", "where_2": "mars"}
    none = posted(number="0", **wrong)
    assert none.is_valid()
    assert none.value() == ()
    one = posted(number="1", **FIRST, day_2="31.02.2022")
    assert one.is_valid()
    assert len(one.value()) == 1


def test_nothing_is_marked_as_optional_where_the_number_decides():
    assert ToldDosesForm(None, told=None, born=BORN, today=TODAY).marks_optional is False
