import pytest

from patients.domain.languages import InvalidLanguageError, LanguageFault, clean_language


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" \u200b ", ""),
        ("  nord-samisk ", "nord-samisk"),
        ("العربية", "العربية"),
        ("arabisk,\nkvinnelig tolk", "arabisk, kvinnelig tolk"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_language_is_kept_as_people_write_it(typed: str, kept: str) -> None:
    assert clean_language(typed) == kept


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("123", LanguageFault.NO_LETTER),
        ("?", LanguageFault.NO_LETTER),
        ("x" * 61, LanguageFault.TOO_LONG),
    ],
)
def test_what_is_no_language_is_refused_with_its_reason(typed: str, fault: LanguageFault) -> None:
    with pytest.raises(InvalidLanguageError) as refused:
        clean_language(typed)
    assert refused.value.fault == fault
