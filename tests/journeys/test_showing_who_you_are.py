"""A person comes to their own pages: with ID-porten on a phone, and with the code of a visit."""

import re
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from clinics.domain.calendar import OSLO
from clinics.domain.roles import Role
from patients.domain.id_porten import Level, Provider
from tests.browser import DESKTOP, PHONE
from tests.factories import by_day, make_booking, make_patient, make_session, see_id
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse
from tests.oidc.process import real_provider
from tests.oidc.real import CLIENT, PASSWORD, SECRET

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NUMBER, LOW, NOBODY = "02013299997", "30108299939", "30108299920"


@pytest.fixture
def provider(settings, live_server, tmp_path):
    settings.PUBLIC_URL = live_server.url
    back, out = (f"{live_server.url}/min-side/{end}" for end in ("inn/id-porten/tilbake/", "ut/"))
    with real_provider(back=back, logged_out=out, folder=tmp_path) as issuer:
        settings.ID_PORTEN = Provider(issuer, CLIENT, Level.HIGH, secret=SECRET)
        assert refuses_without_pkce(issuer, back)
        yield issuer


def refuses_without_pkce(issuer, back):
    """Tell whether somebody who is logged in there gets no code without a challenge by S256."""
    asked = {"response_type": "code", "client_id": CLIENT, "redirect_uri": back, "scope": "openid"}
    plain = {"code_challenge": "x" * 43, "code_challenge_method": "plain"}
    with httpx.Client(base_url=issuer) as browser:
        page = browser.get("/login/").text
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        who = {"username": NUMBER, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert browser.post("/login/", data=who).status_code == 302
        answers = [
            browser.get("/authorize/", params={**asked, "state": "s", **pkce})
            for pkce in ({}, plain, {**plain, "code_challenge_method": "S256"})
        ]
    [none, weak, strong] = [answer.headers.get("Location", "") for answer in answers]
    assert "code=" in strong
    return "error=invalid_request" in none and "error=invalid_request" in weak


def as_somebody(visitor, number):
    visitor.page.fill("input[name=username]", number)
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.hurry("Logg inn")


def test_with_id_porten_on_a_phone_and_with_the_code_on_a_slip(new_visitor, valkey, provider):
    nurse = make_nurse()
    clinic = nurse.memberships.get(role=Role.VACCINATOR).clinic
    now = by_day(timezone.now())
    opening = (now + timedelta(days=3)).astimezone(OSLO).replace(hour=16, minute=0, second=0)
    session = make_session(clinic=clinic, starts_at=opening.replace(microsecond=0), now=now)
    alice = see_id(make_patient(given_name="Alice", language="en"), number=NUMBER)
    make_booking(session=session, patient=alice, now=now)

    phone = new_visitor(PHONE, "phone")
    phone.open("/min-side/nettlesere/")
    phone.reads("Vis hvem du er", "Med ID-porten", "Med en kode fra besøket")
    for number, words in ((NOBODY, "Vi kan ikke vise noen sider"), (LOW, "en sikrere måte")):
        phone.hurry("Logg inn med ID-porten")
        as_somebody(phone, number)
        phone.look()
        phone.reads(words)
        phone.open("/min-side/inn/?next=/min-side/nettlesere/")
    phone.expected_failures("403")
    phone.hurry("Logg inn med ID-porten")
    as_somebody(phone, NUMBER)
    phone.look()
    phone.reads("Nettlesere som har tilgang", "Ingen nettlesere har tilgang")
    phone.open("/min-side/")
    phone.press("Logg ut")
    phone.reads("Du er logget ut", "I ID-porten kan du fortsatt være logget inn")
    phone.press("Logg ut av ID-porten også")
    phone.reads("Ingen kan se sidene dine herfra nå")
    phone.open("/min-side/")
    phone.reads("Vis hvem du er")

    desk = new_visitor(DESKTOP, "desk")
    log_in(desk, nurse)
    desk.open(f"/ansatt/{clinic.slug}/person/{alice.pk}/egne-sider/")
    desk.page.check("input[name=is_here]")
    desk.press("Lag kode")
    desk.reads("Your code", "min-side/inn/kode/")
    code = re.search(r"\b\w{5} \w{5}\b", desk.page.inner_text(".slip__code"))[0]

    phone.page.context.add_cookies([{"name": "django_language", "value": "en", "url": phone.home}])
    phone.open("/min-side/inn/")
    phone.press("Enter the code")
    phone.press("Open my pages")
    phone.reads("Enter the code on the slip")
    phone.page.fill("input[name=code]", code)
    phone.page.fill("input[name=birth_date]", "14.03.1991")
    phone.page.fill("input[name=pin]", "8302")
    phone.press("Open my pages")
    phone.reads("My page")
    phone.press("Browsers that have access")
    phone.reads("Chrome", "this one")
    phone.page.go_back()
    phone.press("Log out")
    phone.open("/min-side/")
    phone.reads("This browser is known")
    phone.press("Open with the PIN")
    phone.page.fill("input[name=pin]", "8303")
    phone.press("Open my pages")
    phone.reads("You have 4 attempts left")
    phone.page.fill("input[name=pin]", "8302")
    phone.press("Open my pages")
    phone.reads("My page")

    wide = new_visitor(DESKTOP, "wide")
    wide.page.context.add_cookies([{"name": "django_language", "value": "nn", "url": wide.home}])
    for page in ("/min-side/inn/", "/min-side/inn/kode/", "/min-side/ut/"):
        wide.open(page)
    assert_integrity(now=timezone.now())
