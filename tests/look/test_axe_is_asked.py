"""What makes axe look again, and what does not."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import axe_faults

PAGE = """<!doctype html><html lang="{lang}"><head><title>{words}</title></head>
<body><main><h1>{words}</h1><p class="{kind}" data-number="{number}">{words}</p>
<a href="/{number}/">{words}</a>{more}</main></body></html>"""
FIRST = {"lang": "nb", "words": "Time", "kind": "plain", "number": "12", "more": ""}


@pytest.fixture
def times_asked(monkeypatch):
    asked = []
    run = Axe.run
    monkeypatch.setattr(Axe, "run", lambda *a, **k: asked.append(1) or run(*a, **k))
    return lambda: len(asked)


def page_of(open_html, width=390, **changes):
    return open_html(PAGE.format(**FIRST | changes), width=width)


def test_other_words_and_numbers_are_no_other_page(open_html, times_asked):
    assert axe_faults(page_of(open_html)) == []
    assert times_asked() == 1
    assert axe_faults(page_of(open_html, lang="nn", words="Timen", number="7")) == []
    assert times_asked() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 1280},
        {"kind": "pale"},
        {"words": ""},
        {"lang": ""},
        {"more": "<button></button>"},
        {"more": '<label for="a">Navn</label><input id="b">'},
    ],
    ids=str,
)
def test_another_build_is_looked_at(open_html, times_asked, changes):
    axe_faults(page_of(open_html))
    before = times_asked()

    faults = axe_faults(page_of(open_html, **changes))

    assert times_asked() == before + 1
    is_sound = set(changes) <= {"width", "kind"}
    assert (faults == []) is is_sound


def test_a_fault_is_found_each_time(open_html, times_asked):
    first = axe_faults(page_of(open_html, more="<button></button>"))
    again = axe_faults(page_of(open_html, more="<button></button>"))

    assert first == again != []
