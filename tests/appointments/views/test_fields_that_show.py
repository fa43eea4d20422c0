"""In a real browser: a field shows when the answer that asks for it is chosen, with no script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinics.domain.calendar import OSLO
from patients.permissions import BROWSER_COOKIE
from tests.appointments.views.line import CONTACT, Booker
from tests.browser import pixels_too_wide
from tests.factories import make_clinic, make_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]


@pytest.fixture
def in_browser(new_visitor):
    """Let a browser go on where a booker is."""

    def _go_on(booker, path):
        visitor = new_visitor()
        visitor.page.context.add_cookies(
            [{"name": BROWSER_COOKIE, "value": booker.key, "url": visitor.home}]
        )
        visitor.open(path)
        return visitor

    return _go_on


@pytest.fixture
def alice_at_contact(in_browser):
    tomorrow = timezone.localtime(timezone.now(), OSLO) + timedelta(days=1)
    opening = tomorrow.replace(hour=16, minute=0, second=0, microsecond=0)
    session = make_session(clinic=make_clinic(), starts_at=opening)
    booker = Booker().answers()
    booker.choose(session)
    return in_browser(booker, CONTACT)


def test_only_the_field_of_the_chosen_channel_shows(alice_at_contact):
    page = alice_at_contact.page
    phone, email = page.get_by_label("Mobilnummer"), page.get_by_label("E-postadresse")
    assert not phone.is_visible()
    assert not email.is_visible()
    page.get_by_label("SMS").check()
    assert phone.is_visible()
    assert not email.is_visible()
    page.get_by_label("E-post", exact=True).check()
    assert email.is_visible()
    assert not phone.is_visible()
    alice_at_contact.look()
    assert "valgfritt" not in page.inner_text("main")


def test_after_an_error_the_field_that_is_wrong_shows_and_its_link_leads_to_it(alice_at_contact):
    page = alice_at_contact.page
    page.get_by_label("SMS").check()
    page.get_by_label("Mobilnummer").fill("123")
    alice_at_contact.press("Send kode")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.name") == "phone"
    assert page.get_by_label("Mobilnummer").input_value() == "123"


def test_both_fields_show_where_the_browser_cannot_tell(alice_at_contact):
    """Such a browser drops the rules with :has; here they are taken out by hand."""
    page = alice_at_contact.page
    page.evaluate(
        """() => {
            for (const sheet of document.styleSheets) {
                for (let at = sheet.cssRules.length - 1; at >= 0; at--) {
                    if ((sheet.cssRules[at].selectorText || "").includes(".when-sms")) {
                        sheet.deleteRule(at);
                    }
                }
            }
        }"""
    )
    assert page.get_by_label("Mobilnummer").is_visible()
    assert page.get_by_label("E-postadresse").is_visible()


def test_as_many_doses_are_asked_about_as_are_told_of(in_browser):
    booker = Booker().begin()
    booker.answer_all(until="/sjekk/tidligere/")
    alice = in_browser(booker, "/sjekk/tidligere/")
    days = alice.page.get_by_label("Når?")
    for number, shown in (
        ("Nei", 0),
        ("Ja, fire doser eller flere", 4),
        ("Ja, én dose", 1),
        ("Ja, to doser", 2),
    ):
        alice.page.get_by_label(number, exact=True).check()
        assert [day.is_visible() for day in days.all()].count(True) == shown
        assert pixels_too_wide(alice.page) == 0
    alice.press("Fortsett")
    alice.reads("Skriv når du fikk dosen.")
    assert [day.is_visible() for day in days.all()] == [True, True, False, False]
    alice.page.get_by_label("Nei", exact=True).check()
    alice.press("Fortsett")
    assert not alice.page.url.endswith("/sjekk/tidligere/")
