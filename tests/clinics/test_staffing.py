import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.allauth_adapter import StaffMFAAdapter
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.services.staffing import (
    DemoLoginError,
    EmailTakenError,
    add_staff,
    enrol_totp,
    reset_second_factor,
)
from tests.access.logins import SECRET
from tests.clinics.cast import NOW, PASSWORD

BOSS = Actor.staff(7, clinic_id=None)


def add(email: str, **details: object) -> Staff:
    return add_staff(
        email=email, name="Ola Li", password=PASSWORD, roles=[], by=BOSS, now=NOW, **details
    )


def test_a_new_user_holds_the_roles_from_today_on(clinic: Clinic) -> None:
    staff = add_staff(
        email="Ola.Li@Example.org",
        name="Ola Li",
        password=PASSWORD,
        roles=[(clinic, Role.LEAD), (clinic, Role.VACCINATOR)],
        by=BOSS,
        now=NOW,
        hpr_number="1234567",
    )

    assert staff.email == "ola.li@example.org"
    assert staff.check_password(PASSWORD)
    assert not staff.is_staff
    held = staff.memberships.order_by("role").values_list("role", "valid_from", "valid_until")
    assert list(held) == [("lead", NOW.date(), None), ("vaccinator", NOW.date(), None)]


def test_what_is_granted_is_recorded_with_who_granted_it(nurse: Staff) -> None:
    reset_second_factor(staff=nurse, by=BOSS, now=NOW)

    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor_id", "reason")
    assert list(entries) == [
        ("staff.added", "", ""),
        ("staff.role_granted", "", f"vaccinator {NOW.date()}.."),
        ("staff.second_factor_reset", "7", ""),
        ("staff.invited", "7", ""),
    ]


def test_an_administrator_may_use_the_admin(db: None) -> None:
    staff = add("ola@example.org", administrator=True)

    assert staff.is_staff
    assert staff.is_superuser


def test_an_e_mail_address_belongs_to_one_user_whatever_its_case(nurse: Staff) -> None:
    with pytest.raises(EmailTakenError):
        add("KARI@example.org")


def test_demo_logins_are_made_in_the_demo_only(db: None, settings: Settings) -> None:
    assert add("ola@demo.invalid").pk
    settings.DEMO = False
    with pytest.raises(DemoLoginError):
        add("kari@demo.invalid")


def test_enrolling_again_replaces_the_app(nurse: Staff) -> None:
    enrol_totp(nurse, SECRET)
    enrol_totp(nurse, SECRET[::-1])

    assert Authenticator.objects.filter(user=nurse).count() == 1


def test_an_app_s_secret_is_encrypted_at_rest(nurse: Staff, settings: Settings) -> None:
    settings.MFA_ADAPTER = "clinics.allauth_adapter.StaffMFAAdapter"
    enrol_totp(nurse, SECRET)

    stored = Authenticator.objects.get(user=nurse).data["secret"]
    assert SECRET not in stored
    assert StaffMFAAdapter().decrypt(stored) == SECRET


def test_who_uses_the_admin_is_no_superuser_for_that(db: None) -> None:
    staff = add("lise@example.org", uses_admin=True)

    assert (staff.is_staff, staff.is_superuser) == (True, False)
