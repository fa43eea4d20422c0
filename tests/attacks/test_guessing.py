"""Guessing a code from many browsers, and taking over a session that was chosen beforehand.

Other guesses are stopped in tests/clinics/test_logging_in.py (the app's code), test_invitations.py
(links), tests/care/portal/test_activation.py (handed-over codes and PINs); what was used is used in
those and in tests/care/portal/test_id_porten.py and tests/patients/services/test_codes.py.
"""

import re

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import reverse

from limits.rules import CODE
from patients.models import OneTimeCode
from patients.services.codes import ATTEMPTS

FIND, GIVE = reverse("appointments:find"), reverse("appointments:find_code")


pytestmark = pytest.mark.usefixtures("db", "valkey", "mailbox")


def asked(client: Client) -> int:
    """Ask for a code for Alice; return it, or -1 when no more are sent."""
    sent = client.post(FIND, {"channel": "email", "email": "alice@example.org"})
    return -1 if sent.status_code == 429 else int(re.search(r"\d{6}", mail.outbox[-1].body)[0])


def opens(client: Client, code: int) -> bool:
    answer = client.post(GIVE, {"code": f"{code % 10**6:06}"})
    return answer.status_code == 302 and answer.headers["Location"] == reverse("appointments:list")


def test_a_code_is_not_found_by_trying() -> None:
    """From as many browsers as one likes: the contact counts."""
    tried, refused = 0, 0
    for _ in range(CODE.contact + 3):
        robot = Client()
        if (right := asked(robot)) == -1:
            refused += 1
            continue
        for guess in range(ATTEMPTS):
            tried += 1
            assert not opens(robot, right + 1 + guess)
        assert not opens(robot, right), "after the last attempt it is worth nothing"

    assert tried == CODE.contact * ATTEMPTS == 25
    assert refused == 3
    assert not OneTimeCode.objects.filter(used_at__isnull=False).exists()


def test_a_session_that_somebody_else_has_chosen_is_not_taken_over() -> None:
    """Neither one that was made up nor one that Eve has begun; the right code is the control."""
    alice, eve = Client(), Client()
    eve.post("/sprak/", {"language": "nn"})
    session = eve.session
    session["begun"] = "by Eve"
    session.save()
    for chosen in ("chosenbyeve0chosenbyeve0chosenby", session.session_key):
        for client in (alice, eve):
            client.cookies[configured.SESSION_COOKIE_NAME] = chosen
        code = asked(alice)

        assert opens(alice, code)
        assert alice.cookies[configured.SESSION_COOKIE_NAME].value != chosen
        assert eve.get(reverse("appointments:list")).status_code == 302
