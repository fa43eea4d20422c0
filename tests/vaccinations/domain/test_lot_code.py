"""Reading what stands on a vial: a lot number, or the code that a scanner types."""

from datetime import date, timedelta
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.lot_code import LotCode, UnreadableCodeError, read_code

GTIN = "07316040000003"
lots = st.text(alphabet=ascii_uppercase + digits, min_size=1, max_size=20)
expiries = st.dates(date(2025, 1, 1), date(2049, 12, 31))
SEPARATOR = "\x1d"


def test_a_lot_number_is_taken_as_it_stands_in_capitals():
    assert read_code(" 4f21 ") == LotCode("4F21")


@pytest.mark.parametrize("number", ["1012345", "17261209", "010", "21"])
def test_a_lot_number_of_digits_is_not_taken_for_a_code(number):
    assert read_code(number) == LotCode(number)


def test_a_data_matrix_tells_lot_expiry_product_and_serial_number():
    code = f"]d201{GTIN}17261209104F21{SEPARATOR}21S1"

    assert read_code(code) == LotCode("4F21", date(2026, 12, 9), GTIN, "S1")


def test_the_words_below_a_code_can_be_typed():
    assert read_code(f"(01){GTIN}(17)261209(10)4F21") == LotCode("4F21", date(2026, 12, 9), GTIN)


def test_a_day_of_00_is_the_last_of_the_month():
    assert read_code(f"01{GTIN}17270200104F21").expires_on == date(2027, 2, 28)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "x" * 101, f"01{GTIN}17261209", f"01{GTIN}17269909104F21", "]d2", "(10)", "]d2999"],
)
def test_what_names_no_lot_is_refused(text):
    with pytest.raises(UnreadableCodeError):
        read_code(text)


@given(number=lots, expires_on=expiries, serial=lots, marked=st.booleans(), late=st.booleans())
def test_what_is_written_is_read_in_any_order(number, expires_on, serial, marked, late):
    parts = [f"10{number}{SEPARATOR}", f"21{serial}{SEPARATOR}"]
    day = f"17{expires_on:%y%m%d}"
    code = f"01{GTIN}" + ("".join([*parts, day]) if late else "".join([day, *parts]))

    read = read_code(("]d2" if marked else "") + code)

    assert read == LotCode(number, expires_on, GTIN, serial)


@given(st.text(max_size=130))
def test_any_text_is_read_or_refused(text):
    try:
        read = read_code(text)
    except UnreadableCodeError:
        return
    assert read.number == read.number.strip().upper()
    assert read.expires_on is None or read.expires_on > date(1950, 1, 1) - timedelta(days=1)
