"""Two at once with one log-in, one link, one pair of factors; and without the guard."""

from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.domain import Actor
from clinics import login_middleware, views
from clinics.domain.roles import Role
from clinics.models import Staff, StaffInvitation, StaffLogin
from clinics.services import invitations, logins
from clinics.services.invitations import accept, invite
from tests.access.logins import log_in
from tests.clinics.cast import PASSWORD
from tests.clinics.logins import HOME, is_let_in, key_of, with_key
from tests.clinics.test_second_factor import confirm, make_passkey
from tests.factories import make_clinic, make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
BOSS = Actor.system()


@pytest.fixture
def kari(db: None) -> Staff:
    staff = make_staff(Role.VACCINATOR, clinic=make_clinic(), email="kari@example.org")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def at_once(*acts: object) -> list[str]:
    """Run acts in threads of their own; name what came of each."""
    results: list[str] = []

    def run(act: object) -> None:
        try:
            results.append(str(act()))
        except Exception as error:  # noqa: BLE001
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


def test_a_request_under_way_does_not_bring_back_a_log_in_that_is_ended_meanwhile(
    kari: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = log_in(Client(), kari)
    a_while_ago = timezone.now() - timedelta(minutes=2)
    StaffLogin.objects.update(started_at=a_while_ago, last_seen_at=a_while_ago)
    found, ended = Event(), Event()
    # Pressed before the other's request came, and carried out after it was let in: what says that
    # it was seen then must not be written to a log-in that had ended.
    pressed_at = timezone.now()
    real = login_middleware.seen

    def slowly(login: StaffLogin, **when: object) -> None:
        found.set()
        assert ended.wait(10)
        real(login, at_once=True, **when)

    def revoke() -> object:
        assert found.wait(10)
        monkeypatch.setattr(login_middleware, "seen", real)
        why = StaffLogin.Ended.ADMIN
        logins.end_logins(staff=kari, why=why, by=BOSS, now=pressed_at)
        refused = is_let_in(with_key(key_of(browser)))
        ended.set()
        return refused

    monkeypatch.setattr(login_middleware, "seen", slowly)
    came = at_once(lambda: browser.get(HOME).status_code, revoke)

    assert came == ["200", "False"], "the one under way began before, the other came after"
    row = StaffLogin.objects.get()
    assert (row.ended_why, row.last_seen_at <= row.ended_at) == ("admin", True)
    assert not is_let_in(browser)


def use_twice(kari: Staff, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let two browsers get past the look at one link before either takes it."""
    token = invite(staff=kari, by=BOSS, now=timezone.now())
    past = Barrier(2)
    real = invitations.validate_password

    def together(*given: object) -> None:
        real(*given)
        past.wait(timeout=10)

    monkeypatch.setattr(invitations, "validate_password", together)
    passwords = ("den første var jeg", "den andre var jeg")
    return at_once(
        *(
            lambda password=each: accept(token=token, password=password, now=timezone.now()).email
            for each in passwords
        )
    )


def test_of_two_who_use_one_link_at_once_one_gets_in(
    kari: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert use_twice(kari, monkeypatch) == ["InvitationUnknownError", "kari@example.org"]
    assert StaffInvitation.objects.get().used_at


def test_without_the_comparison_both_would(kari: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "_take", lambda _token, **_when: True)
    assert use_twice(kari, monkeypatch) == ["kari@example.org"] * 2


def test_of_two_factors_removed_at_once_one_stays(
    kari: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = log_in(Client(), kari)
    passkey = make_passkey(kari)
    second = log_in(Client(), kari)
    for each in (first, second):
        confirm(each)
    # The first waits a little for the other, which without the lock would have looked by then.
    looked = Barrier(2)
    real = views.StaffMFAAdapter.can_delete_authenticator

    def look(adapter: object, going: Authenticator) -> bool:
        may = real(adapter, going)
        try:
            looked.wait(timeout=1)
        except Exception:  # noqa: BLE001  the other waits for the lock
            looked.abort()
        return may

    monkeypatch.setattr(views.StaffMFAAdapter, "can_delete_authenticator", look)
    at_once(
        lambda: first.post(reverse("mfa_deactivate_totp")).status_code,
        lambda: second.post(reverse("mfa_remove_webauthn", args=[passkey.pk])).status_code,
    )

    assert Authenticator.objects.filter(user=kari).exclude(type="recovery_codes").count() == 1
