"""Walk the demo page as a newcomer would, with a picture of each step: ``make newcomer``.

The steps and their links are read off the page; the script fails when one is not as it says.
Pictures: ``var/newcomer/``, patients at the width of a phone, staff at 1280 pixels.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from served_demo import CHECKOUT, HOME, open_page, served_demo

from tests.journeys.newcomer import EMAIL, Newcomer

PICTURES = CHECKOUT / "var" / "newcomer"
PATIENCE_SECONDS = 45


@dataclass
class WithPictures:
    """Sees the product's own servers, and keeps a picture of each page."""

    chromium: Browser
    folder: Path
    home: str = HOME
    taken: int = 0

    def new_page(self, size: tuple[int, int]) -> Page:
        """Return a page in a browser of its own."""
        return open_page(self.chromium, *size)

    def look(self, page: Page, name: str) -> None:
        """Take a picture."""
        self.taken += 1
        page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png", full_page=True)

    def wait_for_messages(self, page: Page) -> None:
        """Look again until the worker has sent the confirmation."""
        end = time.monotonic() + PATIENCE_SECONDS
        mine = page.locator("article", has_text=EMAIL).filter(has_text="/l/")
        while mine.count() == 0 and time.monotonic() < end:
            page.wait_for_timeout(2000)
            page.get_by_role("link", name="Se etter nye").click()


def main() -> None:
    """Serve a fresh demo and walk it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served_demo() as chromium:
        newcomer = Newcomer(WithPictures(chromium, PICTURES))
        begin = time.monotonic()
        for code in newcomer.walk():
            print(f"  {code}")
    print(f"{len(newcomer.done)} steps in {time.monotonic() - begin:.0f} s: {PICTURES}")


if __name__ == "__main__":
    main()
