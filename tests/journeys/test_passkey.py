"""Passkeys: a nurse adds one, and takes over a shared computer with it in seconds."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from clinics.domain.roles import Role
from clinics.services.staffing import enrol_totp
from tests.browser import TABLET
from tests.factories import make_arrival, make_clinic, make_lot, make_session, make_staff, make_vial
from tests.journeys.staff import PASSWORD, SECRET, log_in, make_nurse
from vaccinations.models import Dose

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def with_a_device(visitor, presence=True):
    """Give a browser a device that holds passkeys and answers for its owner."""
    visitor.home = visitor.home.replace("127.0.0.1", "localhost")
    device = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable", {"enableUI": False})
    made = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": presence,
            }
        },
    )
    device.authenticator = made["authenticatorId"]
    return device


def test_a_passkey_is_added_and_a_colleague_takes_over_and_gives_in_few_clicks(new_visitor, valkey):
    now = timezone.now().replace(second=0, microsecond=0)
    clinic = make_clinic()
    make_lot(clinic=clinic)
    session = make_session(starts_at=now - timedelta(hours=1), now=now - timedelta(days=7))
    ola = make_nurse()
    kari = make_staff(Role.VACCINATOR, clinic=clinic, name="Ola Gran", email="ola@example.org")
    kari.set_password(PASSWORD)
    kari.save()
    enrol_totp(kari, SECRET)
    waiting = make_arrival(session=session, by=ola, now=now)
    make_vial(clinic=clinic, by=ola, now=now)

    desk = new_visitor(TABLET)
    with_a_device(desk)
    log_in(desk, kari)
    desk.open("/ansatt/konto/passnokler/ny/")
    if "bekreft-passord" in desk.page.url:
        desk.page.fill("input[name=password]", PASSWORD)
        desk.press("Bekreft")
    desk.page.get_by_role("button", name="Legg til passnøkkel").click()
    desk.page.wait_for_url(lambda url: "/ny/" not in url)
    assert Authenticator.objects.filter(user=kari, type="webauthn").count() == 1

    desk.press("Logg ut")
    log_in(desk, ola)
    desk.open(f"/tavle/{session.pk}/")
    desk.press("Bytt vaksinatør")
    began = time.monotonic()
    desk.page.get_by_role("button", name="Bruk passnøkkel").click()
    # The page of the switch has the board's address in its own.
    desk.page.wait_for_url(lambda url: "/bytt/" not in url)
    took = time.monotonic() - began
    desk.reads("Ola Gran")
    assert took < 5, f"taking over took {took:.1f} s"

    desk.follow(desk.page.locator(f"a[href$='/person/{waiting.pk}/']"))
    desk.press("Spurt om alt: nei på alt")
    desk.press("Sett dose")
    # Three clicks from the board: the vial, the route, the volume and the arm are filled in.
    desk.reads("er gitt kl.")
    assert Dose.objects.get().vaccinator == kari
