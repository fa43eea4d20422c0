"""A newcomer to the demo: reads the steps and their links off the demo page, and does each.

Used by ``docs/newcomer.py`` (a picture of each step) and by tests/demo. Fails with an
``AssertionError`` when a step is not as the page says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import Locator, Page

from tests.journeys.answers import ALICE

PHONE, DESKTOP = (390, 844), (1280, 900)
TOTAL_QUESTIONS = 30
SECONDS_TO_TYPE = 4
IN_A_PRIVATE_WINDOW = {"find"}
EMAIL = "ny.pasient@pasient.demo.invalid"


@dataclass(frozen=True)
class StepRead:
    """A step as the page shows it."""

    code: str
    url: str


class Surroundings(Protocol):
    """What the newcomer needs from those who send them off."""

    home: str

    def new_page(self, size: tuple[int, int]) -> Page:
        """Return a page in a browser of its own."""
        ...

    def look(self, page: Page, name: str) -> None:
        """Look at a page, for a picture or for faults."""
        ...

    def wait_for_messages(self, page: Page) -> None:
        """Let some time pass, or send what is due."""
        ...


@dataclass
class Newcomer:
    """Walks the whole list. ``done`` are the steps that went as the page says."""

    world: Surroundings
    done: list[str] = field(default_factory=list)

    def walk(self) -> list[str]:
        """Do every step of every part, in the page's order; return their codes."""
        front = self.world.new_page(DESKTOP)
        front.goto(f"{self.world.home}/dev/")
        self.world.look(front, "dev")
        parts = front.locator("ol[data-part]").evaluate_all("all => all.map(o => o.dataset.part)")
        assert parts, "the demo page has no steps"
        for part in parts:
            size = PHONE if part == "patient" else DESKTOP
            page = self.world.new_page(size)
            for step in _steps(front, part):
                if step.code in IN_A_PRIVATE_WINDOW:
                    page = self.world.new_page(size)
                page.goto(step.url if step.url.startswith("http") else self.world.home + step.url)
                action: Callable[[Page], None] = getattr(self, f"do_{step.code}".replace("-", "_"))
                action(page)
                self.done.append(step.code)
                self.world.look(page, step.code)
        return self.done

    def do_check(self, page: Page) -> None:
        _press(page, "Sjekk om du får tilbud")
        for _ in range(TOTAL_QUESTIONS):
            if "/sjekk/svar/" in page.url:
                break
            step = page.url.rstrip("/").rpartition("/")[2]
            if step == "fodselsdato":
                self.world.look(page, "check-question")
                page.fill("input[name=answer]", ALICE[step])
            else:
                name = "number" if step == "tidligere" else "answer"
                page.check(f"input[name={name}][value='{ALICE[step]}']")
            _press(page, "Fortsett")
        _reads(page, "Du får tilbud om vaksine")

    def do_book(self, page: Page) -> None:
        self.world.look(page, "book-where")
        if page.locator("input[name=slot]").count() == 0:
            _press(page, "Nydalen")
        self.world.look(page, "book-times")
        page.locator("input[name=slot]").first.check()
        _press(page, "Velg tid")
        page.check("input[name=channel][value=email]")
        page.fill("input[name=email]", EMAIL)
        self.world.look(page, "book-contact")
        _press(page, "Send kode")
        page.fill("input[name=code]", self._code_sent())
        self.world.look(page, "book-code")
        _press(page, "Fortsett")
        page.fill("input[name=given_name]", "Ny")
        page.fill("input[name=family_name]", "Pasient")
        _press(page, "Fortsett")
        self.world.look(page, "book-summary")
        _press(page, "Bestill")
        _reads(page, "Timen er bestilt.")

    def do_message(self, page: Page) -> None:
        self.world.wait_for_messages(page)
        mine = page.locator("article", has_text=EMAIL).filter(has_text="/l/")
        assert mine.count(), "the confirmation has not come"
        text = mine.first.inner_text()
        assert not re.search(r"pox|vaksin|dose", text, re.IGNORECASE), text
        self.world.look(page, "message-outbox")
        page.goto(_local(mine.first.get_by_role("link").first, self.world.home))
        _reads(page, "Timen din")

    def do_find(self, page: Page) -> None:
        _fill_contact(page)
        _press(page, "Send kode")
        page.fill("input[name=code]", self._code_sent())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile(r"/min-time/(alle|[0-9a-f-]{36})/"))
        _reads(page, "Timene dine", "Nydalen helsesenter")

    def do_change(self, page: Page) -> None:
        if page.get_by_role("link", name="Flytt timen").count() == 0:
            _follow(page, page.locator("main a[href*='/min-time/']"))
        _press(page, "Flytt timen")
        self.world.look(page, "change-times")
        page.locator("input[name=slot]:visible").last.check()
        _press(page, "Velg tid")
        _reads(page, "Timen er flyttet.")

    def do_nurse_login(self, page: Page) -> None:
        self._log_in(page, "kari")

    def do_board(self, page: Page) -> None:
        _open_board(page)
        _reads(page, "Venter", "Hetteglass A", "Hetteglass C", "Bruk dette glasset først")

    def do_arrive(self, page: Page) -> None:
        _open_board(page)
        waiting = _count(page, "waiting-title")
        _press(page, "Møtt")
        self.world.look(page, "arrive-id")
        page.check("input[name=document][value=passport]")
        if not page.input_value("input[name=id_number]"):
            page.select_option("select[name=no_number_why]", "not_shown")
        _press(page, "ID sett – registrer oppmøte")
        assert _count(page, "waiting-title") == waiting + 1

    def do_ask(self, page: Page) -> None:
        _open_board(page)
        _press(page, "Vaksiner")
        _reads(page, "2 av 2")
        self.world.look(page, "ask-questions")
        _press(page, "Spurt om alt: nei på alt")
        _reads(page, "Sett dose")

    def do_give(self, page: Page) -> None:
        _open_board(page)
        self.vaccinated = _vaccinated(page)
        _press(page, "Vaksiner")
        page.check("input[name=site][value=left_upper_arm]")
        self.world.look(page, "give-dose")
        _press(page, "Sett dose")
        assert page.get_by_role("button", name="Sett dose").count() == 0

    def do_next(self, page: Page) -> None:
        _open_board(page)
        assert _vaccinated(page) == self.vaccinated + 1
        assert page.get_by_role("link", name=re.compile("^Vaksiner")).count()

    def do_nurse_logout(self, page: Page) -> None:
        _follow(page, page.locator("main").get_by_role("button", name="Logg ut"))
        _reads(page, "Logg inn")

    do_doctor_logout = do_nurse_logout

    def do_doctor_login(self, page: Page) -> None:
        self._log_in(page, "lund")
        _reads(page, "Nydalen", "Fjelldal", "Fjordby")

    def do_look_over(self, page: Page) -> None:
        _open_board(page)
        _reads(page, "Må vurderes")
        _press(page, "Se over")
        _reads(page, "allergi")

    def do_case(self, page: Page) -> None:
        _press(page, "4 saker venter på vurdering")
        _press(page, "Se saken")
        for name in ("Ta saken", "Godkjenn", "Godkjenn og signer"):
            _press(page, name)
        _reads(page, "Godkjent, signert og bestilt", "Saker til vurdering")

    def do_dose_two(self, page: Page) -> None:
        _reads(page, "Dose 2 uten plass")
        assert page.locator("main li, main tbody tr").count()

    def do_admin_login(self, page: Page) -> None:
        self._log_in(page, "admin")
        assert page.get_by_role("link", name="Åpne tavla").count() == 0

    def do_admin(self, page: Page) -> None:
        _reads(page, "Vaksinasjonssteder")

    def do_admin_clinic(self, page: Page) -> None:
        _follow(page, page.get_by_role("link", name="Nydalen"))
        page.fill("textarea[name=directions]", "Inngang fra elva, andre etasje.")
        self.world.look(page, "admin-clinic-form")
        _follow(page, page.locator("input[name=_save]"))
        _reads(page, "Nydalen")
        assert page.locator(".messagelist .success, .alert-success").count()

    def _log_in(self, page: Page, login: str) -> None:
        page.fill("input[name=login]", f"{login}@demo.invalid")
        page.fill("input[name=password]", self._shown_of(login, "Passord"))
        self.world.look(page, f"{login}-password")
        _press(page, "Logg inn")
        page.fill("input[name=code]", self._fresh_code(login))
        self.world.look(page, f"{login}-code")
        _press(page, "Logg inn")
        _reads(page, "I dag og framover")

    def _fresh_code(self, login: str) -> str:
        front = self.world.new_page(DESKTOP)
        for _ in range(2):
            front.goto(f"{self.world.home}/dev/")
            code = shown_on_the_demo_page(front, login, "Kode nå")
            if _seconds_left(front, login) > SECONDS_TO_TYPE:
                break
            front.wait_for_timeout(SECONDS_TO_TYPE * 1000)
        front.context.close()
        return code

    def _shown_of(self, login: str, label: str) -> str:
        front = self.world.new_page(DESKTOP)
        front.goto(f"{self.world.home}/dev/")
        shown = shown_on_the_demo_page(front, login, label)
        front.context.close()
        return shown

    def _code_sent(self) -> str:
        """Look for the code in another window, where the newest message is on top."""
        tab = self.world.new_page(DESKTOP)
        tab.goto(f"{self.world.home}/dev/outbox/")
        newest = tab.locator("article", has_text=EMAIL).first.inner_text()
        tab.context.close()
        found = re.search(r"\b\d{6}\b", newest)
        assert found, newest
        return found[0]


def shown_on_the_demo_page(front: Page, login: str, label: str) -> str:
    """Return what the demo page shows of a login beside a label, without the muted words."""
    return _row(front, login, label).inner_text().split("\n")[0].split()[0]


def _seconds_left(front: Page, login: str) -> int:
    found = re.search(r"\d+", _row(front, login, "Kode nå").locator(".muted").inner_text())
    return int(found[0]) if found else 1


def _row(front: Page, login: str, label: str) -> Locator:
    card = front.locator(".ds-card", has_text=f"{login}@demo.invalid")
    return card.locator(".summary-list__row", has_text=label).locator("dd")


def _steps(front: Page, part: str) -> list[StepRead]:
    items = front.locator(f"ol[data-part={part}] > li")
    return [
        StepRead(
            code=items.nth(place).get_attribute("id") or "",
            url=items.nth(place).get_by_role("link").get_attribute("href") or "",
        )
        for place in range(items.count())
    ]


def _press(page: Page, name: str) -> None:
    """Press the first button or link whose name begins like this, and wait for the page."""
    words = re.compile(f"^{re.escape(name)}")
    _follow(page, page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words)))


def _follow(page: Page, target: Locator) -> None:
    with page.expect_navigation():
        target.first.click()


def _open_board(page: Page) -> None:
    _follow(page, page.get_by_role("link", name=re.compile("^Åpne tavla.*Nydalen", re.DOTALL)))


def _reads(page: Page, *words: str) -> None:
    text = page.inner_text("body")
    for each in words:
        assert each in text, f"«{each}» is not on {page.url}:\n{text}"


def _fill_contact(page: Page) -> None:
    if page.locator("input[name=channel]").count():
        page.check("input[name=channel][value=email]")
        page.fill("input[name=email]", EMAIL)
    else:
        page.fill("main form input:not([type=hidden])", EMAIL)


def _count(page: Page, title_id: str) -> int:
    return int(page.locator(f"#{title_id} .panel__count").inner_text())


def _vaccinated(page: Page) -> int:
    found = re.search(r"(\d+) vaksinert", page.locator(".day-line").inner_text())
    assert found
    return int(found[1])


def _local(link: Locator, home: str) -> str:
    """Return a message's link at the server that is under test."""
    url = link.get_attribute("href") or ""
    return home + url[url.index("/l/") :]
