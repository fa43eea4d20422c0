"""Deletes people whom nothing is known of, and what was kept of an ID only to take a check back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, ForeignKey, Model, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast

from patients.models import IdentityCheck, LinkToken, MessageStop, Patient


def pointing_at(model: type[Model], *, except_: Collection[type[Model]]) -> Iterable[Exists]:
    """List what there may be of a row in each table that points at it, but for some.

    A table that is new keeps the row: nothing is deleted that nobody has thought of.
    """
    for relation in model._meta.related_objects:  # noqa: SLF001  # Django documents it
        field, other = relation.field, relation.related_model
        if isinstance(field, ForeignKey) and isinstance(other, type) and other not in except_:
            rows = other._base_manager  # noqa: SLF001  # all of them, also what a manager hides
            yield Exists(rows.filter(**{field.name: OuterRef("pk")}))


def people_made_before(
    moment: datetime, *, but_for: Collection[type[Model]]
) -> "QuerySet[Patient]":
    """Select who was registered before, and has rows only in tables that go with them."""
    people = Patient.objects.filter(created_at__lte=moment, id_seen_at=None)
    for one in pointing_at(Patient, except_={MessageStop, *but_for}):
        people = people.filter(~one)
    return people


def delete_people(ids: Sequence[UUID], *, subjects: Iterable[UUID]) -> int:
    """Delete people and the links sent to them; return how many people.

    ``subjects`` are what their links were about. What else points at them is deleted before.
    """
    LinkToken.objects.filter(subject_id__in=[*ids, *subjects]).delete()
    MessageStop.objects.filter(patient__in=ids).delete()
    Patient.objects.filter(pk__in=ids).delete()
    return len(ids)


def checks_with_copies(*, made_before: datetime) -> "QuerySet[IdentityCheck]":
    """Select the ID checks whose copies of a person's data are of no more use.

    They are there to take a check of the wrong person back, which is done at the visit.
    """
    checks = IdentityCheck.objects.filter(checked_at__lte=made_before)
    return checks.alias(copy=Cast("before", TextField())).exclude(copy="")


def drop_copies(ids: Sequence[UUID]) -> int:
    """Drop what ID checks keep of how a person was noted before and after."""
    return IdentityCheck.objects.filter(pk__in=ids).update(before=Value(""), after=Value(""))
