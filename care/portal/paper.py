"""Everything about a person as a PDF, in the reader's language."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from care.desk.record_lines import Section, moment
from care.portal.letters import writable
from care.portal.log import Logged
from care.portal.record import Fact, OwnRecord

FONTS = Path(__file__).parent / "fonts"
MARGIN, LABEL = 20, 55
# Grey enough to be quiet, dark enough to be read.
QUIET, INK = 90, 20


class _Paper(FPDF):
    """A4, with the page's number and no name below: pages are left on printers."""

    def footer(self) -> None:
        """Write which page of how many."""
        self.set_y(-15)
        self.set_font("Inter", size=8)
        self.set_text_color(QUIET)
        words = _("Side %(number)s av %(all)s") % {"number": self.page_no(), "all": "{nb}"}
        self.cell(0, 8, words, align="C")


def as_pdf(record: OwnRecord, log: Iterable[Logged], *, now: datetime) -> bytes:
    """Return the file: the same as the person's own pages say."""
    paper = _Paper(format="A4")
    paper.set_lang(translation.get_language() or "nb")
    paper.set_title(_("Alt vi har om deg"))
    paper.set_creation_date(now)
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(True, margin=MARGIN)
    for style, name in (("", "regular"), ("B", "bold")):
        paper.add_font("Inter", style, FONTS / f"inter-{name}.ttf")
    paper.add_page()
    _heading(paper, _("Alt vi har om deg"), size=20)
    _write(paper, _("Laget %(at)s.") % {"at": moment(now)}, color=QUIET)
    _facts(paper, _("Om deg"), record.about)
    _facts(paper, _("Slik når vi deg"), record.contact)
    for section in record.sections:
        _section(paper, section)
    _log(paper, log)
    return bytes(paper.output())


def _heading(paper: FPDF, words: str, *, size: int = 13) -> None:
    if paper.will_page_break(24):
        paper.add_page()
    paper.ln(5)
    _write(paper, words, style="B", size=size)
    paper.ln(1)


def _facts(paper: FPDF, heading: str, facts: Iterable[Fact]) -> None:
    _heading(paper, heading)
    for fact in facts:
        _write(paper, str(fact.label), color=QUIET)
        _write(paper, f"{fact.value} ({fact.hidden})" if fact.hidden else str(fact.value))
        paper.ln(1)


def _section(paper: FPDF, section: Section) -> None:
    _heading(paper, str(section.heading))
    if not section.lines:
        _write(paper, str(section.empty))
    for line in section.lines:
        _line(paper, line.when, f"{line.what}" + (f" – {line.tag}" if line.tag else ""), line.more)


def _log(paper: FPDF, log: Iterable[Logged]) -> None:
    _heading(paper, _("Hvem har sett på det"))
    for one in log:
        who = ", ".join(str(words) for words in (one.who, one.role, one.place) if words)
        _line(paper, moment(one.at), str(one.what), (who, one.why))


def _line(paper: FPDF, when: str, what: str, more: Iterable[object]) -> None:
    if paper.will_page_break(16):
        paper.add_page()
    _write(paper, when, color=QUIET, size=9)
    _write(paper, what, style="B")
    for words in more:
        if words:
            _write(paper, str(words))
    paper.ln(2)


def _write(paper: FPDF, words: str, *, style: str = "", size: int = 10, color: int = INK) -> None:
    paper.set_font("Inter", style, size)
    paper.set_text_color(color)
    font = paper.current_font
    assert isinstance(font, TTFFont)
    words = writable(words, font.cmap)
    paper.multi_cell(0, size * 0.5, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
