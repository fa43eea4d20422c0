"""Invitations: a link that works once, for one, and tells nothing when it does not."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.test import Client
from django.urls import reverse

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.models import Staff, StaffInvitation, StaffLogin
from clinics.services.invitations import HOURS, accept, invite
from clinics.services.staffing import end_what_is_no_more_allowed
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.clinics.cast import NOW
from tests.clinics.logins import give_password, is_let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
BOSS = Actor.staff(7, clinic_id=None)
CHOSEN = "tre ord jeg husker"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def page_of(token: str) -> str:
    return reverse("account_invitation", args=[token])


def choose(client: Client, token: str, password: str = CHOSEN, again: str = "") -> object:
    fields = {"password1": password, "password2": again or password}
    return client.post(page_of(token), fields)


def test_a_link_leads_from_a_password_to_the_second_factor_and_in(
    client: Client, nurse: Staff
) -> None:
    token = invite(staff=nurse, by=BOSS, now=NOW)
    assert nurse.name in client.get(page_of(token)).content.decode()
    assert StaffInvitation.objects.get().used_at is None, "mail scanners follow links"

    led = choose(client, token)

    assert led.headers["Location"] == reverse("mfa_activate_totp")
    assert client.get(led.headers["Location"]).status_code == 200, "nothing is asked for twice"
    assert not is_let_in(client), "there is no second factor yet"
    assert give_password(Client(), nurse, CHOSEN).status_code == 302
    actions = AuditEntry.objects.filter(action__startswith="staff.invit").order_by("pk")
    assert [entry.action for entry in actions] == ["staff.invited", "staff.invitation_used"]


def test_a_link_that_does_not_work_says_the_same_whatever_is_wrong(
    client: Client, clinic: object, clock: time_machine.Traveller
) -> None:
    def invited(name: str) -> tuple[Staff, str]:
        staff = make_staff(name)
        return staff, invite(staff=staff, by=BOSS, now=NOW)

    used, replaced, closed, old = (invited(name)[1] for name in ("a", "b", "c", "d"))
    choose(Client(), used)
    invite(staff=Staff.objects.get(email="b@example.org"), by=BOSS, now=NOW)
    Staff.objects.filter(email="c@example.org").update(is_active=False)
    end_what_is_no_more_allowed(staff=Staff.objects.get(email="c@example.org"), by=BOSS, now=NOW)
    past = {"expires_at": NOW, "made_at": NOW - timedelta(hours=HOURS)}
    StaffInvitation.objects.filter(staff=Staff.objects.get(email="d@example.org")).update(**past)
    wrong = ["feil", f"{old}x", old[:-1], "å" * 300, "' OR 1=1 --"]
    answers = set()
    tried = [used, replaced, closed, old, *wrong]
    for token in tried:
        for answer in (client.get(page_of(token)), choose(client, token)):
            said = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
            answers.add((answer.status_code, said and said[0]))

    assert len(answers) == 1, [status for status, _text in answers]
    assert next(iter(answers))[0] == 404
    assert len(tried) == 9
    assert Staff.objects.get(email="d@example.org").password == ""


def test_a_link_holds_for_its_hours_and_a_refused_password_leaves_it(
    client: Client, nurse: Staff, clock: time_machine.Traveller
) -> None:
    token = invite(staff=nurse, by=BOSS, now=NOW)
    clock.shift(timedelta(hours=HOURS) - timedelta(seconds=1))
    for password, again in (
        ("kort", ""),
        ("123456789012", ""),
        ("kari@example.org", ""),
        (CHOSEN, "x"),
    ):
        page = choose(client, token, password, again)
        assert page.status_code == 200
        assert page.context["form"].errors, password
    assert choose(client, token).status_code == 302
    assert choose(Client(), token).status_code == 404


def test_the_secret_is_stored_nowhere_and_tells_nobody_s_name(nurse: Staff) -> None:
    token = invite(staff=nurse, by=BOSS, now=NOW)
    row = StaffInvitation.objects.get()
    assert token not in " ".join(str(value) for value in vars(row).values())
    assert str(nurse.pk) != token
    assert "kari" not in page_of(token).casefold()


def test_using_a_link_ends_the_users_log_ins_and_the_one_of_whoever_sat_there(
    client: Client, nurse: Staff
) -> None:
    boss = make_staff("root", superuser=True)
    old = log_in(Client(), nurse)
    log_in(client, boss)
    choose(client, invite(staff=nurse, by=BOSS, now=NOW))
    assert not is_let_in(old)
    whys = set(StaffLogin.objects.exclude(ended_at=None).values_list("staff__name", "ended_why"))
    assert whys == {("Kari Nes", "password"), ("root", "switched")}


def test_guessing_links_is_stopped(client: Client, nurse: Staff) -> None:
    token = invite(staff=nurse, by=BOSS, now=NOW)
    statuses = [client.get(page_of(f"gjett{number}")).status_code for number in range(31)]
    assert statuses == [*[404] * 30, 429]
    assert choose(client, token).status_code == 429
    assert accept(token=token, password=CHOSEN, now=NOW) == nurse
    validate_password(CHOSEN, nurse)
