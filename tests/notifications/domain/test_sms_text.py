"""How long an SMS is, held against the codec of those who carry it."""

import gsm0338  # registers the codec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.sms_text import Alphabet, in_gsm, outside_gsm, sms_size

assert gsm0338
GSM = "".join(bytes([code]).decode("gsm03.38") for code in range(128) if code != 0x1B)
EXTENDED = "\f^{}\\[~]|€"
gsm_texts = st.text(st.sampled_from(GSM + EXTENDED), max_size=700)
texts = st.one_of(
    gsm_texts, st.text(max_size=400), st.text(st.sampled_from("aæ😀–é"), max_size=400)
)


@pytest.mark.parametrize("letter", list("æøåÆØÅäöüÄÖÜéèùìòàÇñ§?!&/@\n"))
def test_norwegian_and_its_neighbours_are_in_the_alphabet(letter):
    assert sms_size(letter).alphabet == Alphabet.GSM
    assert sms_size(letter).units == 1


@pytest.mark.parametrize("mark", list(EXTENDED))
def test_brackets_and_the_euro_take_the_room_of_two(mark):
    assert (sms_size(mark).alphabet, sms_size(mark).units) == (Alphabet.GSM, 2)


@pytest.mark.parametrize("mark", [*"êçáóúšđŋ–’«“…😀\t"])
def test_anything_else_turns_the_whole_text_into_ucs2(mark):
    assert sms_size(f"Hei {mark}").alphabet == Alphabet.UCS2
    assert mark in outside_gsm(f"Hei {mark}")


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 0),
        ("å" * 160, 160, 1),
        ("å" * 161, 161, 2),
        ("å" * 306, 306, 2),
        ("å" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        # 153 is odd: a euro is not split between two parts, so each part has room for 76.
        ("€" * 153, 306, 3),
        ("–" * 70, 70, 1),
        ("–" * 71, 71, 2),
        ("–" * 134, 134, 2),
        ("–" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 67, 134, 3),
    ],
)
def test_parts_are_counted_as_they_are_sent(text, units, segments):
    size = sms_size(text)

    assert (size.units, size.segments) == (units, segments)


@given(texts)
def test_a_text_is_cut_into_parts_that_have_room_for_all_of_it(text):
    size = sms_size(text)
    try:
        whole = len(text.encode("gsm03.38"))
        alphabet, alone, part = Alphabet.GSM, 160, 153
    except UnicodeEncodeError:
        whole = len(text.encode("utf-16-be", "surrogatepass")) // 2
        alphabet, alone, part = Alphabet.UCS2, 70, 67

    assert (size.alphabet, size.units) == (alphabet, whole)
    if whole <= alone:
        assert size.segments == (1 if text else 0)
    else:
        # No fewer than fit, and at most one unit lost at the end of each part.
        assert -(-whole // part) <= size.segments <= -(-whole // (part - 1))


@given(texts)
def test_the_alphabet_is_gsm_just_when_no_character_is_outside(text):
    assert (sms_size(text).alphabet == Alphabet.GSM) is not bool(outside_gsm(text))


@given(texts)
def test_look_alikes_never_make_a_text_longer_to_send_nor_change_a_letter(text):
    written = in_gsm(text)

    assert sms_size(written).segments <= sms_size(text).segments
    assert [mark for mark in written if mark.isalnum()] == [m for m in text if m.isalnum()]
    assert in_gsm(written) == written


def test_dashes_and_quotation_marks_are_written_plainly():
    assert in_gsm("«Hei» – hverdager 9–15 … så’n\xa0da") == '"Hei" - hverdager 9-15 ... så\'n da'


def test_a_text_with_a_name_outside_the_alphabet_keeps_all_its_marks():
    assert in_gsm("Ása – velkommen") == "Ása – velkommen"
