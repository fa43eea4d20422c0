"""What is always true of clinics and of the roles of staff."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from clinics.domain.roles import Role
from clinics.models import STAFF_EMAIL, Clinic, GroupOffer, Membership, Staff
from encryption.integrity import opened
from integrity.invariants import Fault, Invariants
from integrity.rows import rows, table_of

INVARIANTS = Invariants()


@INVARIANTS.add("clinic.kind", "Every clinic is of a known kind")
def find_unknown_kinds(now: datetime) -> Iterator[Fault]:
    yield from rows(Clinic.objects.exclude(kind__in=Clinic.Kind.values), "kind is not known")


@INVARIANTS.add("role.known", "Every role at a clinic is one that the access rules know")
def find_unknown_roles(now: datetime) -> Iterator[Fault]:
    yield from rows(Membership.objects.exclude(role__in=list(Role)), "role is not known")


@INVARIANTS.add("role.dates", "No role ends before it begins")
def find_roles_that_end_first(now: datetime) -> Iterator[Fault]:
    reversed_dates = Membership.objects.filter(valid_until__lt=F("valid_from"))
    yield from rows(reversed_dates, "ends {valid_until}, before it begins {valid_from}")


@INVARIANTS.add("offer.group", "Clinics offer the vaccine to groups 1 to 3")
def find_unknown_groups(now: datetime) -> Iterator[Fault]:
    unknown = GroupOffer.objects.exclude(priority_group__in=[1, 2, 3])
    yield from rows(unknown, "offered to group {priority_group}")


@INVARIANTS.add("offer.dates", "No offer to a group ends before it begins")
def find_offers_that_end_first(now: datetime) -> Iterator[Fault]:
    reversed_dates = GroupOffer.objects.filter(valid_until__lt=F("valid_from"))
    yield from rows(reversed_dates, "ends {valid_until}, before it begins {valid_from}")


@INVARIANTS.add("staff.hash", "Staff are found by the address that they have")
def find_wrong_hashes(now: datetime) -> Iterator[Fault]:
    for row, unreadable in opened(Staff.objects.all(), "email_hash", encrypted=["email"]):
        if not unreadable and row["email_hash"] not in STAFF_EMAIL.hashes(row["email"]):
            what = "the hash of the address is not that of the value"
            yield Fault(table_of(Staff), (str(row["pk"]),), what)
