"""Reads of clinics and of who works there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import Q, QuerySet

from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.models import Clinic, GroupOffer, Membership, Staff
from clinics.validity import valid_on


def all_clinics() -> list[Clinic]:
    """Return every clinic, by city and name."""
    return list(Clinic.objects.order_by("city", "name"))


def clinic_by_slug(slug: str) -> Clinic | None:
    """Return the clinic with this address name, or None."""
    return Clinic.objects.filter(slug=slug).first()


def clinics_offering(setting_kind: str, group: int | None, on: date) -> list[Clinic]:
    """Return the clinics of a setting that offer a priority group on a day, by city and name.

    ``setting_kind`` is "municipal" or "specialist"; ``group`` 1 to 3, or None for any group (R9).
    """
    offers = GroupOffer.objects.filter(valid_on(on))
    if group is not None:
        offers = offers.filter(priority_group=group)
    clinics = Clinic.objects.filter(kind=setting_kind, pk__in=offers.values("clinic_id"))
    return list(clinics.order_by("city", "name"))


@dataclass(frozen=True)
class Opening:
    """From when a clinic offers a group; ``opens_on`` None where no day is decided."""

    clinic: Clinic
    is_open: bool
    opens_on: date | None


def openings_of(setting_kind: str, group: int, on: date) -> list[Opening]:
    """Say of each clinic of a setting whether it offers a group on a day, and from when (R9).

    By city and name; two queries.
    """
    coming = (
        GroupOffer.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=on), priority_group=group
        )
        .order_by("-valid_from")
        .values_list("clinic_id", "valid_from")
    )
    first_day = dict(coming)  # the earliest comes last, and stays
    return [
        Opening(
            clinic,
            is_open=clinic.pk in first_day and first_day[clinic.pk] <= on,
            opens_on=first_day.get(clinic.pk),
        )
        for clinic in Clinic.objects.filter(kind=setting_kind).order_by("city", "name")
    ]


def groups_offered(clinic_id: int, on: date) -> set[int]:
    """Return the groups that a clinic offers on a day; one query."""
    offers = GroupOffer.objects.filter(valid_on(on), clinic_id=clinic_id)
    return set(offers.values_list("priority_group", flat=True))


def staff_at_the_board(clinic_id: int, on: date) -> list[Staff]:
    """Return who stands in a clinic on a day (vaccinator, clinician, lead), by name; one query."""
    holding = Membership.objects.filter(
        valid_on(on), clinic_id=clinic_id, role__in=sorted(AT_THE_BOARD)
    )
    return _by_name(Staff.objects.filter(pk__in=holding.values("staff_id")))


def clinics_of(staff: Staff, on: date) -> list[tuple[Clinic, set[Role]]]:
    """Return the clinics where a user has a role on a day, with the roles, by city and name."""
    roles: dict[Clinic, set[Role]] = {}
    memberships = Membership.objects.filter(valid_on(on), staff=staff).select_related("clinic")
    for membership in memberships.order_by("clinic__city", "clinic__name"):
        roles.setdefault(membership.clinic, set()).add(Role(membership.role))
    return list(roles.items())


def roles_by_clinic(staff_id: int, on: date) -> dict[int, set[Role]]:
    """Return the roles a user has on a day, by the clinic's id; one query."""
    roles: dict[int, set[Role]] = {}
    held = Membership.objects.filter(valid_on(on), staff_id=staff_id)
    for clinic_id, role in held.values_list("clinic_id", "role"):
        roles.setdefault(clinic_id, set()).add(Role(role))
    return roles


def clinics_worked_at(
    staff_id: int, roles: Iterable[Role], *, on: date
) -> QuerySet[Membership, int]:
    """Return the ids of the clinics where a user has one of the roles, for ``clinic_id__in=``.

    It is a part of the query that uses it, not one of its own.
    """
    held = Membership.objects.filter(valid_on(on), staff_id=staff_id, role__in=sorted(roles))
    return held.order_by().values_list("clinic_id", flat=True)


def names_with_role(clinic_id: int, role: Role, on: date) -> list[str]:
    """Return the names of those who have a role at a clinic on a day, in order; one query."""
    held = Membership.objects.filter(
        valid_on(on), clinic_id=clinic_id, role=role.value, staff__is_active=True
    )
    return sorted(set(held.values_list("staff__name", flat=True)))


def emails_with_role(
    clinic_ids: Iterable[int], role: Role, *, on: date | None
) -> dict[int, dict[int, str]]:
    """Return the e-mail addresses of those who have a role, by clinic and user; one query.

    ``on`` None takes those who have had it at any time. Every clinic asked for is there.
    """
    found: dict[int, dict[int, str]] = {clinic_id: {} for clinic_id in clinic_ids}
    held = Membership.objects.filter(
        clinic_id__in=list(found), role=role.value, staff__is_active=True
    )
    if on is not None:
        held = held.filter(valid_on(on))
    for clinic_id, staff_id, email in held.values_list("clinic_id", "staff_id", "staff__email"):
        found[clinic_id][staff_id] = email
    return found


def staff_with(clinic_id: int, roles: Iterable[Role], *, on: date) -> list[Staff]:
    """List those who hold one of the roles at a clinic on a day, by name; one query."""
    held = Membership.objects.filter(
        valid_on(on), clinic_id=clinic_id, role__in=[role.value for role in roles]
    )
    return _by_name(Staff.objects.filter(pk__in=held.values("staff_id")))


def _by_name(staff: Iterable[Staff]) -> list[Staff]:
    """Sort in Python: names are encrypted."""
    return sorted(staff, key=attrgetter("sort_key"))
