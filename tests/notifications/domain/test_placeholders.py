import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.placeholders import NoValueError, fill, has_stray_brace, placeholders_in

VALUES = {"dag": "mandag 2. mars", "klokke": "17.40", "telefontid": ""}


def test_names_in_braces_are_filled_in():
    assert fill("Timen din: {dag} kl. {klokke}.", VALUES) == "Timen din: mandag 2. mars kl. 17.40."


def test_an_empty_value_leaves_no_space_at_the_end_of_its_line():
    assert fill("Ring oss. {telefontid}\nHei", VALUES) == "Ring oss.\nHei"


def test_a_name_without_a_value_is_said():
    with pytest.raises(NoValueError, match="sted"):
        fill("Velkommen til {sted}", VALUES)


def test_what_a_value_says_is_not_read_again():
    assert fill("{dag}", {"dag": "{klokke}", "klokke": "17.40"}) == "{klokke}"


def test_the_names_are_listed_once_in_order():
    assert placeholders_in("{klokke} {dag} {klokke}") == ["klokke", "dag"]


@pytest.mark.parametrize(
    "text", ["{dag", "dag}", "{{dag}}", "{ dag }", "{dag.x}", "{Dag}", "{}", "{0}", "{dag!r}"]
)
def test_braces_around_anything_else_are_astray(text):
    assert has_stray_brace(text)


@given(st.text(), st.dictionaries(st.sampled_from(list(VALUES)), st.text()))
def test_any_text_is_filled_or_names_what_is_missing(text, values):
    try:
        written = fill(text, values)
    except NoValueError:
        assert set(placeholders_in(text)) - set(values)
    else:
        assert set(placeholders_in(text)) <= set(values)
        assert written == written.strip()


@given(st.text(st.characters(exclude_characters="{}")))
def test_words_without_names_are_left_as_they_are_but_for_spaces_at_line_ends(text):
    written = fill(text, {})

    assert written.split() == text.split()
    assert not has_stray_brace(text)
