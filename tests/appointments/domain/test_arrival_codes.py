"""The code on the patient's page: typed, scanned, read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.arrival_codes import LENGTH, LETTERS, SIGNS, code_of, read_code, spoken

digests = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


@given(digests)
def test_a_code_is_read_as_it_is_spoken_in_any_case(digest: str) -> None:
    code = code_of(digest)
    assert len(code) == LENGTH
    assert code[0] in LETTERS, "so it is no date and no number"
    for typed in (code, spoken(code), code.lower(), f" {code[:3]}-{code[3:]} "):
        assert read_code(typed) == code


@given(st.text(SIGNS, min_size=1, max_size=12).filter(lambda text: len(text) != LENGTH))
def test_another_length_is_no_code(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize("text", ["", "14031991", "15108695088", "Ødegård", "CDFH234O", "ABCDEFGH"])
def test_dates_numbers_names_and_lookalikes_are_no_codes(text: str) -> None:
    assert read_code(text) is None


def test_it_spells_nothing_and_has_no_lookalikes() -> None:
    assert not set("AEIOUYÆØÅ01BSZG") & set(SIGNS)
