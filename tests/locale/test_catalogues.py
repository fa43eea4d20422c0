"""The three languages say the same, everywhere, and the catalogues are those of the source."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

ROOT = Path(settings.BASE_DIR)
LANGUAGES = ["nn", "en"]
MESSAGES = sorted((ROOT / "templates" / "notifications").glob("*.txt"))
ALSO_SENT = [
    ROOT / "patients" / "services" / "code_messages.py",
    ROOT / "appointments" / "services" / "calendar_file.py",
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w[^>]*>")
# Words of Bokmål that are no words of Nynorsk.
BOKMAAL = re.compile(
    r"\b(ikke|jeg|hva|hvem|hvor|hvordan|hvorfor|hvis|hvilken|fra|noe|noen|bare|dere|uten|være|gjøre"
    r"|en|et|én|ett|velg|nå|flere|disse|mye|syk|uke|måned|sykepleier|fortsett|tilbud|husk|sier)\b",
    re.IGNORECASE,
)
# A message lies open on a locked phone: it says nothing of why somebody comes.
TELLING = re.compile(
    r"pox|kopp|vaksin|vaccin|\bdos[eai]|grupp|group|\bhiv\b|\bprep\b|hetteglas|\bvial|\bsex",
    re.IGNORECASE,
)


def read_catalogue(language, root):
    return polib.pofile(str(root / "locale" / language / "LC_MESSAGES" / "django.po"))


@cache
def catalogue(language):
    return read_catalogue(language, ROOT)


def said(entries):
    """What a catalogue holds: the source's words and their translation."""
    return {
        (entry.msgid, entry.msgid_plural): entry.msgstr_plural or entry.msgstr for entry in entries
    }


def pairs(language):
    """Each sentence of the source beside its translation, singular and plural apart."""
    for entry in catalogue(language):
        if entry.msgid_plural:
            yield entry.msgid, entry.msgstr_plural[0]
            yield entry.msgid_plural, entry.msgstr_plural[1]
        else:
            yield entry.msgid, entry.msgstr


def _refresh(checkout):
    subprocess.run(
        [sys.executable, "locale/refresh.py"],
        cwd=checkout,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A copy of the source whose catalogues were brought up to date as ``make messages`` does."""
    copy = tmp_path_factory.mktemp("source") / "checkout"
    others = shutil.ignore_patterns(
        ".*", "var", "static", "staticfiles", "tests", "htmlcov", "node_modules", "__pycache__"
    )
    shutil.copytree(ROOT, copy, ignore=others)
    _refresh(copy)
    return copy


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    entries = catalogue(language)
    assert len(entries) > 500
    assert [entry.msgid for entry in entries if not entry.translated()] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []
    assert [sentence for sentence, words in pairs(language) if not words.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_sentences_of_the_source_and_no_others(language, refreshed):
    kept = said(catalogue(language)).keys()
    found = said(read_catalogue(language, refreshed)).keys()
    assert sorted(found - kept) == [], "new in the source: run make messages, then translate"
    assert sorted(kept - found) == [], "gone from the source: run make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    compiled = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"
    assert said(polib.mofile(str(compiled))) == said(catalogue(language).translated_entries())


def test_refreshing_twice_changes_nothing(refreshed, tmp_path):
    again = tmp_path / "checkout"
    shutil.copytree(refreshed, again)
    _refresh(again)
    for language in LANGUAGES:
        for name in ("django.po", "django.mo"):
            file = Path("locale", language, "LC_MESSAGES", name)
            assert (refreshed / file).read_bytes() == (again / file).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_survive_translation(language):
    changed = [
        (sentence, words)
        for sentence, words in pairs(language)
        if sorted(PLACEHOLDER.findall(sentence)) != sorted(PLACEHOLDER.findall(words))
    ]
    assert changed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_as_it_does_in_the_source(language):
    changed = [
        (sentence, words)
        for sentence, words in pairs(language)
        if _ending(sentence) != _ending(words) or words != words.strip()
    ]
    assert changed == []


def _ending(words):
    return words[-1:] if words.endswith((".", "?", "!", ":")) else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_and_many_are_told_apart(language):
    entries = catalogue(language)
    assert entries.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    counted = [entry for entry in entries if entry.msgid_plural]
    assert len(counted) > 5
    for entry in counted:
        assert sorted(entry.msgstr_plural) == [0, 1]
        one, many = entry.msgstr_plural[0], entry.msgstr_plural[1]
        with translation.override(language):
            rendered = [
                translation.ngettext(entry.msgid, entry.msgid_plural, n) for n in (0, 1, 2, 21)
            ]
        assert rendered == [many, one, many, many]


def test_bokmaal_needs_no_catalogue_and_is_not_overruled_by_another_packages():
    assert not (ROOT / "locale" / "nb").exists()
    with translation.override("nb"):
        for entry in catalogue("nn"):
            if entry.msgid_plural:
                counted = [
                    translation.ngettext(entry.msgid, entry.msgid_plural, n) for n in (0, 1, 2)
                ]
                assert counted == [entry.msgid_plural, entry.msgid, entry.msgid_plural]
            else:
                assert translation.gettext(entry.msgid) == entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_words_go_before_those_of_the_packages_we_use(language):
    singles = [entry for entry in catalogue(language) if entry.msgstr]
    with translation.override(language):
        assert [e.msgid for e in singles if translation.gettext(e.msgid) != e.msgstr] == []


def test_no_bokmaal_is_left_in_nynorsk():
    assert [words for _, words in pairs("nn") if BOKMAAL.search(words)] == []


def test_no_norwegian_is_left_in_english():
    norwegian = re.compile(r"[æøå«»]|\b(ikke|og|du|til|på|av|er|ikkje)\b", re.IGNORECASE)
    assert [words for _, words in pairs("en") if norwegian.search(words)] == []


def test_identity_papers_are_called_id_in_english():
    asked = [words for sentence, words in pairs("en") if "legitimasjon" in sentence]
    assert asked
    assert [words for words in asked if "ID" not in words] == []


@pytest.mark.parametrize("source", [*MESSAGES, *ALSO_SENT], ids=lambda path: path.name)
def test_no_message_tells_why_somebody_comes_in_any_language(source):
    text = " ".join(source.read_text().split())
    sent = []
    for language in LANGUAGES:
        for sentence, words in pairs(language):
            in_template = re.sub(r"%\((\w+)\)s", r"{{ \1 }}", sentence)
            if f'"{sentence}"' in text or f"%}}{in_template}{{% endblocktranslate" in text:
                sent += [sentence, words]
    assert sent
    assert [words for words in sent if TELLING.search(words)] == []


@pytest.mark.parametrize("source", MESSAGES, ids=lambda path: path.name)
def test_a_message_says_nothing_telling_beside_its_sentences(source):
    assert TELLING.search(re.sub(r"\{[%{].*?[%}]\}", "", source.read_text())) is None
