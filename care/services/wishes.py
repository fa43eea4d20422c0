"""Wishes to be told of times. They have a contact and nobody's name: whose it is, has the wish."""

from collections.abc import Iterable

from eligibility.models import GroupInterest
from eligibility.services.interests import waiting_by
from patients.domain.contact import Contact
from patients.models import Patient


def wishes_of(rows: Iterable[Patient]) -> list[GroupInterest]:
    """Return the wishes that wait and were made with a contact on these rows; one query.

    Two who share a telephone share its wishes: a message to it is read by both.
    """
    given = [
        one for row in rows for one in (Contact("sms", row.phone), Contact("email", row.email))
    ]
    contacts = [one for one in given if one.address]
    return list(waiting_by(contacts).select_related("clinic").order_by("-consented_at", "pk"))
