"""allauth's pages as a nurse meets them: in our design, in our words, clean in axe."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from clinics.models import Staff
from tests.browser import axe_faults, pixels_too_wide
from tests.clinics.cast import app_code
from tests.factories import make_passkey
from tests.look.conftest import OpenHtml

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]

PASSWORD = "et langt passord til prøve"


class Nurse:
    """A nurse at a browser; looks at each page she is given before she goes on."""

    def __init__(self, open_html: OpenHtml) -> None:
        self.open_html = open_html
        self.staff = Staff.objects.create_user("kari@example.org", PASSWORD, name="Kari Nes")
        self.client = Client()

    def look(self, response: Any, heading: str) -> Page:
        assert response.status_code == 200
        page = self.open_html(response.content.decode(), width=320)
        assert page.get_by_role("heading", level=1).inner_text() == heading
        assert page.get_by_role("link", name="Hopp til innholdet").count() == 1
        assert axe_faults(page) == []
        assert pixels_too_wide(page) == 0
        return page

    def get(self, name: str) -> HttpResponse:
        return self.client.get(reverse(name))

    def post(self, name: str, **data: str) -> HttpResponse:
        return self.client.post(reverse(name), data)

    def give_password(self, password: str = PASSWORD) -> HttpResponse:
        return self.post("account_login", login=self.staff.email, password=password)

    def confirm_password(self) -> HttpResponse:
        return self.post("account_reauthenticate", password=PASSWORD)

    def add_app(self) -> str:
        """Log in, add an authenticator app and return its secret."""
        self.give_password()
        self.confirm_password()
        secret = self.get("mfa_activate_totp").context["form"].secret
        self.post("mfa_activate_totp", code=app_code(secret, datetime.now(UTC)))
        return secret


@pytest.fixture(autouse=True)
def _after_log_in(settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "/"  # these tests look at the way in, not at what lies behind


@pytest.fixture
def nurse(db: None, open_html: OpenHtml) -> Nurse:
    return Nurse(open_html)


def test_logging_in(nurse: Nurse) -> None:
    page = nurse.look(nurse.get("account_login"), "Logg inn")

    assert page.get_by_label("E-post").count() == 1
    assert page.get_by_label("Passord").count() == 1
    assert page.get_by_role("main").get_by_role("button").all_inner_texts() == ["Logg inn"]


def test_a_wrong_password_is_told_in_the_summary(nurse: Nurse) -> None:
    page = nurse.look(nurse.give_password("feil passord"), "Logg inn")

    assert page.title().startswith("Feil:")
    assert page.get_by_role("alert").get_by_role("listitem").count() == 1


def test_adding_an_app(nurse: Nurse) -> None:
    nurse.give_password()
    nurse.look(nurse.get("mfa_index"), "Totrinnsbekreftelse")
    nurse.confirm_password()
    response = nurse.get("mfa_activate_totp")

    page = nurse.look(response, "Legg til autentiseringsapp")

    picture = page.get_by_role("img", name="QR-kode")
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert page.get_by_text(response.context["form"].secret).count() == 1
    wrong = nurse.look(nurse.post("mfa_activate_totp", code="1"), "Legg til autentiseringsapp")
    assert wrong.get_by_role("alert").get_by_role("link").count() == 1


def test_what_an_app_can_be_followed_by(nurse: Nurse) -> None:
    nurse.add_app()

    codes = nurse.look(nurse.get("mfa_view_recovery_codes"), "Reservekoder")
    index = nurse.look(nurse.get("mfa_index"), "Totrinnsbekreftelse")
    nurse.look(nurse.get("mfa_generate_recovery_codes"), "Lag nye reservekoder")
    nurse.look(nurse.get("mfa_deactivate_totp"), "Vil du fjerne autentiseringsappen?")
    nurse.look(nurse.get("account_logout"), "Vil du logge ut?")

    assert codes.locator(".recovery-codes li").count() == 10
    assert "Du har 10 ubrukte koder." in index.get_by_role("main").inner_text()


def test_the_list_of_passkeys(nurse: Nurse) -> None:
    nurse.add_app()
    none = nurse.look(nurse.get("mfa_list_webauthn"), "Passnøkler")
    assert none.get_by_text("Du har ingen passnøkler.").count() == 1
    make_passkey(nurse.staff, name="Nøkkel på rom 2")

    page = nurse.look(nurse.get("mfa_list_webauthn"), "Passnøkler")

    assert page.get_by_role("link", name="Fjern Nøkkel på rom 2").count() == 1


def test_giving_a_code(nurse: Nurse) -> None:
    nurse.add_app()
    nurse.post("account_logout")
    nurse.give_password()

    nurse.look(nurse.get("mfa_authenticate"), "Skriv koden fra appen")
    wrong = nurse.look(nurse.post("mfa_authenticate", code="1"), "Skriv koden fra appen")

    assert wrong.get_by_role("alert").get_by_role("link").count() == 1


def test_showing_again_who_one_is(nurse: Nurse) -> None:
    nurse.give_password()
    nurse.look(nurse.get("account_reauthenticate"), "Bekreft at det er deg")
    nurse.add_app()
    nurse.look(nurse.get("mfa_reauthenticate"), "Bekreft at det er deg")


def test_a_closed_account(nurse: Nurse) -> None:
    nurse.look(nurse.get("account_inactive"), "Kontoen er stengt")
