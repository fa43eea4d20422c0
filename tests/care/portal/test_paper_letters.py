"""Names in the PDF: right in every alphabet that the font has, and never boxes in the others."""

import logging
from typing import Any

import pytest
from django.utils import translation
from fpdf import FPDF
from fpdf.fonts import TTFFont

from care.portal import paper
from care.portal.letters import writable
from care.portal.log import entries_of
from care.portal.log import in_words as log_in_words
from care.portal.paper import FONTS, as_pdf
from care.portal.record import record_of
from tests import factories
from tests.factories import BEFORE

RIGHT = {
    "Norwegian": "Åse Sørbø-Ærø",
    "North and Skolt Sámi": "Áŋŋel Čáhppe Šaŋkká Žõõldâk",
    "Polish": "Żółć Gęślą Jaźń",
    "Turkish": "Işıl Öğretmenoğlu",  # noqa: RUF001
    "Romanian": "Ștefan Țîrlea",
    "Lithuanian": "Žygimantas Ūsas",
    "Vietnamese": "Nguyễn Thị Phượng Đặng Bửu",
    "Yoruba": "Ṣọla Ọbasanjọ",
    "Ukrainian": "Ґалина Щербаківська Їжакевич",
    "Russian": "Юлия Съёмкина",
    "Serbian": "Ђорђе Љубичић Њежић",
    "Kazakh": "Әлия Қыдырбекқызы",
    "Greek": "Ἀθηνᾶ Παπαδοπούλου Ξένος",
    "Hausa": "Ɓala Ɗan Ƙarami",
}
LACKING = {
    "Arabic": "محمد علي",
    "Farsi": "زهرا\u200cنسا",  # noqa: RUF001
    "Hebrew": "יוסף",
    "Tigrinya": "ብርሃነ",
    "Tamil": "தமிழ்",
    "Thai": "สมชาย",
    "Chinese": "王小明",
    "Korean": "김철수",
    "Georgian": "გიორგი",
    "emoji": "🙂",
}
NOTICE = "[kan ikke vises her, se JSON-filen]"


@pytest.fixture(scope="module", params=["", "B"])
def letters(request: pytest.FixtureRequest) -> dict[int, Any]:
    shown = FPDF()
    name = {"": "regular", "B": "bold"}[request.param]
    shown.add_font("Inter", request.param, FONTS / f"inter-{name}.ttf")
    shown.set_font("Inter", request.param)
    assert isinstance(shown.current_font, TTFFont)
    found: dict[int, Any] = dict(shown.current_font.cmap)
    shown.current_font.close()  # else its file is, at some time, in another test
    return found


@pytest.mark.parametrize("name", RIGHT.values(), ids=RIGHT)
def test_a_name_is_written_as_it_is(letters: dict[int, Any], name: str) -> None:
    assert writable(name, letters) == name


@pytest.mark.parametrize("name", LACKING.values(), ids=LACKING)
def test_a_name_without_letters_is_said_to_be_elsewhere_once(
    letters: dict[int, Any], name: str
) -> None:
    assert writable(f"Anna {name}, {name}\nOslo", letters) == f"Anna {NOTICE}\nOslo"


def test_letters_apart_from_their_marks_are_joined_and_what_looks_alike_is_taken(
    letters: dict[int, Any],
) -> None:
    assert (
        writable("A\u030ase Anne\u2011Lise \u200eO\u2019Neill", letters) == "Åse Anne-Lise O’Neill"
    )
    assert writable("\ufb01n \u01c4", letters) in {"fin DŽ", "\ufb01n DŽ"}


def test_every_language_says_it_in_letters_that_there_are(letters: dict[int, Any]) -> None:
    said = set()
    for language in ("nb", "nn", "en"):
        with translation.override(language):
            notice = writable("王", letters)
        assert all(ord(one) in letters for one in notice)
        said.add(notice)
    assert len(said) > 1


@pytest.mark.django_db
def test_no_pdf_has_a_letter_that_its_font_lacks(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = factories.make_patient(given_name="محمد 王", family_name="Nguyễn")

    def complaints() -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="fpdf"):
            log = log_in_words(entries_of(patient.pk))
            assert as_pdf(record_of(patient.pk, now=BEFORE), log, now=BEFORE).startswith(b"%PDF-")
        return [one.getMessage() for one in caplog.records if "missing" in one.getMessage()]

    assert complaints() == []
    monkeypatch.setattr(paper, "writable", lambda words, _letters: words)
    [control] = complaints()
    assert "م" in control
