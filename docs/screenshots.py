"""Make the pictures of the README from the demo: ``make screenshots``.

Runs in the embedded servers' environment: serves a fresh demo, and walks it in Chromium.
"""

import re

from playwright.sync_api import Browser
from served_demo import CHECKOUT, HOME, open_page, served_demo

from tests.journeys.answers import ALICE
from tests.journeys.newcomer import shown_on_the_demo_page

PICTURES = CHECKOUT / "docs" / "pictures"


def main() -> None:
    """Serve the demo, take the pictures, stop."""
    with served_demo() as chromium:
        _picture_patient(chromium)
        _picture_nurse(chromium)


def _picture_patient(chromium: Browser) -> None:
    """Answer the questions as the test's Alice does, as far as the times."""
    page = open_page(chromium, 390, 844, scale=2)
    page.goto(HOME)
    page.get_by_role("button", name="Sjekk om du får tilbud").click()
    page.wait_for_url("**/fodselsdato/")
    while "/sjekk/svar/" not in page.url:
        step = page.url.rstrip("/").rpartition("/")[2]
        if step == "fodselsdato":
            page.fill("input[name=answer]", ALICE[step])
        else:
            field = "number" if step == "tidligere" else "answer"
            page.check(f"input[name={field}][value='{ALICE[step]}']")
        with page.expect_navigation():
            page.get_by_role("button", name="Fortsett").click()
    page.get_by_role("link", name="Finn en time").click()
    page.get_by_role("link", name="Nydalen").click()
    page.wait_for_url("**/time/nydalen/**")
    # The session under way has room at once; a picture is better of an evening to come.
    week = page.locator("select[name=uke] option").nth(1)
    if week.count():
        page.goto(f"{page.url}?uke={week.get_attribute('value')}")
    page.locator("input[name=slot]").first.check()
    page.screenshot(path=PICTURES / "patient.png")


def _picture_nurse(chromium: Browser) -> None:
    """Log Kari in with what the demo page shows, and open the board of the session under way."""
    page = open_page(chromium, 1280, 860, scale=2)
    page.goto(f"{HOME}/ansatt/")
    page.fill("input[name=login]", "kari@demo.invalid")
    page.fill("input[name=password]", _shown(chromium, "Passord"))
    with page.expect_navigation():
        page.get_by_role("button", name="Logg inn").click()
    page.fill("input[name=code]", _shown(chromium, "Kode nå"))
    with page.expect_navigation():
        page.get_by_role("button", name="Logg inn").click()
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("^Åpne tavla.*Nydalen", re.DOTALL)).click()
    page.screenshot(path=PICTURES / "nurse.png")


def _shown(chromium: Browser, label: str) -> str:
    front = open_page(chromium, 1280, 860)
    front.goto(f"{HOME}/dev/")
    return shown_on_the_demo_page(front, "kari", label)


if __name__ == "__main__":
    main()
