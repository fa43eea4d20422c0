"""The rules one by one, through the middleware, on sample pages."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from clinics.permissions import may
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.clinics.cast import NOW

pytestmark = pytest.mark.urls("tests.clinics.sample_pages")


@pytest.fixture
def at_work(client: Client, nurse: Staff) -> Client:
    """Kari's browser, logged in with both factors."""
    return log_in(client, nurse)


@pytest.fixture(autouse=True)
def _on_the_day() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_view_without_a_rule_is_an_error(client: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"sample_pages\.page"):
        client.get("/forgotten/")


def test_anyone_opens_a_public_page(client: Client) -> None:
    assert client.get("/public/").status_code == 200


def test_an_unknown_person_is_led_to_log_in_and_back(client: Client) -> None:
    response = client.get("/staff/?page=2")

    assert response.headers["Location"] == reverse("account_login") + "?next=%2Fstaff%2F%3Fpage%3D2"


def test_a_form_s_target_is_no_page_to_come_back_to(client: Client) -> None:
    assert client.post("/staff/").headers["Location"] == reverse("account_login")


def test_a_fragment_leads_the_whole_page_to_log_in(client: Client) -> None:
    response = client.get(
        "/staff/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/public/?a=1"}
    )

    assert response.status_code == 200
    assert (
        response.headers["HX-Redirect"] == reverse("account_login") + "?next=%2Fpublic%2F%3Fa%3D1"
    )


def test_staff_act_in_their_own_name(at_work: Client, nurse: Staff) -> None:
    assert at_work.get("/staff/").content.decode().split() == ["staff", str(nurse.pk), "None"]


def test_staff_without_an_app_are_led_to_set_one_up(client: Client, nurse: Staff) -> None:
    log_in(client, nurse, second_factor=False)

    response = client.get("/staff/")

    assert response.headers["Location"] == reverse("mfa_activate_totp") + "?next=%2Fstaff%2F"


def test_staff_who_have_not_given_a_code_are_asked_for_it(at_work: Client, nurse: Staff) -> None:
    log_in(at_work, nurse, second_factor=False)

    response = at_work.get("/staff/")

    assert response.headers["Location"] == reverse("mfa_reauthenticate") + "?next=%2Fstaff%2F"


def test_a_removed_app_no_longer_counts_in_a_session_that_used_it(
    at_work: Client, nurse: Staff
) -> None:
    Authenticator.objects.filter(user=nurse).delete()

    assert at_work.get("/staff/").headers["Location"].startswith(reverse("mfa_activate_totp"))


def test_another_person_s_app_does_not_count(at_work: Client, clinic: Clinic) -> None:
    methods = at_work.session["account_authentication_methods"]
    ola = make_staff("ola", (clinic, Role.LEAD))
    at_work.force_login(ola)
    session = at_work.session
    session["account_authentication_methods"] = methods
    session["account_authentication_methods_user"] = str(ola.pk)
    session.save()

    assert at_work.get("/staff/").headers["Location"].startswith(reverse("mfa_activate_totp"))


def test_an_account_that_is_closed_is_logged_out_at_once(at_work: Client, nurse: Staff) -> None:
    Staff.objects.filter(pk=nurse.pk).update(is_active=False)

    assert at_work.get("/staff/").headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [
        (0, None, 200),
        (0, 0, 200),
        (-9, 0, 200),
        (1, None, 403),
        (-9, -1, 403),
    ],
)
def test_a_role_counts_from_its_first_to_its_last_day(
    at_work: Client, nurse: Staff, starts: int, ends: int | None, status: int
) -> None:
    Membership.objects.filter(staff=nurse).update(
        valid_from=NOW.date() + timedelta(days=starts),
        valid_until=None if ends is None else NOW.date() + timedelta(days=ends),
    )

    assert at_work.get("/staff/").status_code == status


@pytest.mark.parametrize(
    ("moment", "status"), [("2026-05-12T21:59:59Z", 200), ("2026-05-12T22:00:00Z", 403)]
)
def test_the_day_of_a_role_is_the_day_in_oslo(
    client: Client, nurse: Staff, moment: str, status: int
) -> None:
    Membership.objects.filter(staff=nurse).update(valid_until=NOW.date())

    with time_machine.travel(moment, tick=False):
        log_in(client, nurse)
        assert client.get("/staff/").status_code == status


def test_staff_without_any_role_are_refused(client: Client, clinic: Clinic, nurse: Staff) -> None:
    log_in(client, make_staff("ola"))

    assert client.get("/staff/").status_code == 403
    assert client.get(f"/board/{clinic.pk}/").status_code == 404


def test_a_role_at_the_clinic_opens_its_board_in_that_role(
    at_work: Client, nurse: Staff, clinic: Clinic
) -> None:
    response = at_work.get(f"/board/{clinic.pk}/")

    assert response.content.decode() == f"staff {nurse.pk} {clinic.pk} vaccinator"


def test_of_several_roles_the_first_that_the_page_names_acts(
    at_work: Client, nurse: Staff, clinic: Clinic, elsewhere: Clinic
) -> None:
    for place, role in [(clinic, Role.AUDITOR), (clinic, Role.LEAD), (elsewhere, Role.CLINICIAN)]:
        Membership.objects.create(staff=nurse, clinic=place, role=role, valid_from=NOW.date())

    response = at_work.get(f"/board/{clinic.pk}/")

    assert response.content.decode() == f"staff {nurse.pk} {clinic.pk} lead"


def test_a_role_that_the_page_does_not_name_is_refused(client: Client, clinic: Clinic) -> None:
    log_in(client, make_staff("ola", (clinic, Role.AUDITOR)))

    assert client.get(f"/board/{clinic.pk}/").status_code == 403


def test_other_clinics_pages_do_not_exist(at_work: Client, elsewhere: Clinic) -> None:
    assert at_work.get(f"/board/{elsewhere.pk}/").status_code == 404
    assert at_work.get("/board/0/").status_code == 404


def test_a_superuser_sees_the_admin_but_no_clinic_s_pages(client: Client, clinic: Clinic) -> None:
    log_in(client, make_staff("root", superuser=True))

    assert client.get("/admins/").status_code == 200
    assert client.get("/staff/").status_code == 200
    assert client.get(f"/board/{clinic.pk}/").status_code == 404


def test_staff_do_not_see_the_admin(at_work: Client) -> None:
    assert at_work.get("/admins/").status_code == 403
    assert at_work.get("/admin/").status_code == 403
    assert at_work.get("/admin/login/").status_code == 403


def test_the_admin_has_no_log_in_page_of_its_own(client: Client) -> None:
    response = client.get("/admin/login/")

    assert response.headers["Location"] == reverse("account_login") + "?next=%2Fadmin%2Flogin%2F"


@pytest.mark.django_db
def test_a_patient_s_page_opens_for_the_browser_that_has_shown_itself(client: Client) -> None:
    session = client.session
    session["owner"] = "alice"
    session.save()

    assert client.get("/mine/alice/").status_code == 200
    assert client.get("/mine/bob/").headers["Location"] == "/find/?next=%2Fmine%2Fbob%2F"


@pytest.mark.parametrize(
    ("demo", "browser", "status"),
    [
        (True, {"REMOTE_ADDR": "127.0.0.1"}, 200),
        (True, {"REMOTE_ADDR": "::1"}, 200),
        (True, {"REMOTE_ADDR": "192.0.2.7"}, 404),
        (True, {"REMOTE_ADDR": ""}, 404),
        (True, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 404),
        (False, {"REMOTE_ADDR": "127.0.0.1"}, 404),
    ],
)
def test_demo_pages_exist_in_the_demo_for_a_browser_on_the_same_machine(
    client: Client,
    settings: Settings,
    demo: bool,
    browser: dict[str, str],
    status: int,
) -> None:
    settings.DEMO = demo

    assert client.get("/demo/", **browser).status_code == status


def test_may_tells_who_holds_one_of_the_roles(nurse: Staff, clinic: Clinic) -> None:
    day = NOW.date()

    assert may(nurse, clinic.pk, Role.LEAD, Role.VACCINATOR, on=day)
    assert not may(nurse, clinic.pk, Role.LEAD, on=day)
    assert not may(nurse, clinic.pk, Role.VACCINATOR, on=day - timedelta(days=1))
    assert not may(nurse, clinic.pk + 1, Role.VACCINATOR, on=day)
