"""The board by keyboard: find, walk, open, hide the names, the sheet that tells how."""

import pytest
from playwright.sync_api import Page, expect

from appointments.models import ClinicSession
from tests.browser import DESKTOP, PHONE, NewVisitor
from tests.journeys.test_board_live import at_the_board, refresh, under_way

__all__ = ["under_way"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()"))


def test_find_walk_and_open_by_keys(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    page = kari.page

    page.keyboard.press("ArrowDown")
    assert focused(page) == "Vaksiner Sol, Anna"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Møtt Vik, Bo"
    page.keyboard.press("ArrowUp")
    assert focused(page) == "Vaksiner Sol, Anna"
    refresh(page)
    page.wait_for_timeout(500)
    assert focused(page) == "Vaksiner Sol, Anna", "new rows do not take the focus away"

    page.keyboard.press("/")
    page.keyboard.type("vik ?n")
    assert page.input_value("#desk-search") == "vik ?n", "keys are letters while one writes"
    page.fill("#desk-search", "vik")
    expect(page.get_by_text("Sol, Anna").first).to_be_hidden()
    expect(page.locator("#board-found")).to_have_text("1 treff")
    kari.look()
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Møtt Vik, Bo"

    page.keyboard.press("/")
    page.keyboard.type("90000")
    expect(page.locator("#board-found")).to_have_text("Ingen på tavla. Enter søker videre.")
    page.keyboard.press("Escape")
    expect(page.locator("[data-person]", has_text="Sol, Anna")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("sol")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    kari.reads("Anna")
    assert "/person/" in page.url
    assert "sol" not in page.url, "a name has no place in an address"


def test_the_sheet_of_keys_opens_by_key_and_button_and_closes_by_escape(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    sheet = kari.page.locator("#board-help")

    kari.page.keyboard.press("?")
    expect(sheet).to_be_visible()
    kari.look()
    kari.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    kari.page.get_by_role("button", name="Hurtigtaster").click()
    expect(sheet).to_be_visible()

    kari.press("Slå av hurtigtastene")
    kari.page.keyboard.press("?")
    kari.page.keyboard.press("ArrowDown")
    expect(sheet).to_be_hidden()
    assert kari.page.evaluate("document.activeElement === document.body")
    kari.page.get_by_role("button", name="Hurtigtaster").click()
    kari.reads("Hurtigtastene er slått av på denne enheten.")
    kari.press("Slå på hurtigtastene")
    kari.page.keyboard.press("?")
    expect(sheet).to_be_visible()


def test_keys_that_belong_to_the_browser_stay_the_browsers(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)

    for keys in ("ctrlKey+r", "altKey+ArrowDown", "metaKey+n"):
        done = kari.page.evaluate(
            """keys => {
                const [name, key] = keys.split("+");
                const event = new KeyboardEvent("keydown", {
                    key, cancelable: true, bubbles: true, [name]: true,
                });
                document.body.dispatchEvent(event);
                return event.defaultPrevented;
            }""",
            keys,
        )
        assert not done, keys


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_key_hides_the_names_and_they_stay_hidden(
    size: tuple[int, int], under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way, size)
    with kari.page.expect_navigation():
        kari.page.keyboard.press("n")
    kari.look()

    def nobody_is_named() -> None:
        html = kari.page.inner_html("main")
        for name in ("Sol", "Anna", "Vik"):
            assert name not in html

    nobody_is_named()
    kari.reads("A. S.", "B. V.")
    refresh(kari.page)
    kari.page.wait_for_timeout(500)
    nobody_is_named()
    kari.press("Vis navn")
    kari.reads("Sol, Anna")
