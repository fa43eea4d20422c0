"""The second factor: asked for everywhere, set up once, and never the last to go by oneself."""

from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from clinics.models import Staff, StaffLogin
from clinics.permissions import Everyone
from clinics.services.staffing import enrol_totp
from tests.access.logins import SECRET, log_in
from tests.access.pages import all_pages
from tests.clinics.cast import NOW, PASSWORD, app_code
from tests.clinics.logins import give_password, is_let_in
from tests.factories import make_passkey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
# What leads in and out is open to all, and opens nothing by itself.
ON_THE_WAY_IN = {
    "account_inactive",
    "account_invitation",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_switch",
    "account_switch_password",
    "account_take_up",
    "account_time_left",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
AT_WORK = ("/ansatt/", "/tavle/", "/admin/")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_no_page_at_work_is_open_without_it_whoever_made_the_page() -> None:
    pages = [page for page in all_pages() if page.form.startswith(AT_WORK)]
    open_to_all = {page.name for page in pages if isinstance(page.rule, Everyone)}

    assert open_to_all == ON_THE_WAY_IN
    assert len(pages) > 150
    assert [page for page in pages if page.rule is None] == []


def test_a_password_alone_changes_nothing_about_an_account_that_has_one(
    client: Client, nurse: Staff
) -> None:
    """As with a log-in from before the factor was set up."""
    enrol_totp(nurse, SECRET)
    passkey = make_passkey(nurse)
    log_in(client, nurse, second_factor=False)
    confirm(client)
    own = [page for page in all_pages() if page.rule and page.rule.name == "own account"]
    wrong = []
    for page in own:
        for send in (client.get, client.post):
            led = send(page.address({"pk": passkey.pk})).headers.get("Location", "")
            if not led.startswith(reverse("mfa_reauthenticate")):
                wrong.append(f"{page}: {led}")
    assert wrong == []
    assert len(own) == 10
    assert Authenticator.objects.filter(user=nurse).count() == 2


@pytest.mark.django_db(transaction=True)  # allauth tells of the app once it is committed
def test_the_first_factor_comes_with_reserve_codes_and_ends_log_ins_from_before(
    client: Client, nurse: Staff
) -> None:
    other = Client()
    give_password(other, nurse)
    give_password(client, nurse)
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret, NOW)})

    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done.headers["Location"])
    assert codes.status_code == 200, codes.headers["Location"]
    assert len(codes.context["unused_codes"]) == 10
    assert is_let_in(client), "whoever set it up has shown it"
    assert StaffLogin.objects.get(ended_at=None).method == "totp"
    assert StaffLogin.objects.exclude(ended_at=None).get().ended_why == "factor"
    assert not is_let_in(other)


def test_the_last_factor_is_not_removed_by_oneself(client: Client, nurse: Staff) -> None:
    enrol_totp(nurse, SECRET)
    passkey = make_passkey(nurse)
    log_in(client, nurse)
    confirm(client)
    remove_app = reverse("mfa_deactivate_totp")
    remove_passkey = reverse("mfa_remove_webauthn", args=[passkey.pk])

    client.post(remove_passkey)
    assert not Authenticator.objects.filter(type="webauthn").exists(), "there was the app"
    refused = client.post(remove_app, follow=True)

    assert "eneste totrinnsmåten" in refused.content.decode()
    assert Authenticator.objects.filter(user=nurse, type="totp").exists()
