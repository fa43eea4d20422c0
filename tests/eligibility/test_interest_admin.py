"""How many wait to be told, by group: a small number is nobody's to read."""

import pytest
from django.urls import reverse

from clinics.domain.roles import Role
from tests.appointments.admin.people import enter
from tests.factories import make_clinic, make_interest

FEW = "færre enn 5"


@pytest.mark.django_db
def test_small_groups_are_hidden_and_do_not_follow_from_the_list_below(client):
    few, mixed = make_clinic(), make_clinic(slug="mixed", name="Storgata")
    for clinic, group, number in ((few, 1, 1), (few, 3, 6), (mixed, 1, 7), (mixed, 2, 9)):
        for _ in range(number):
            make_interest(clinic=clinic, group=group)
    enter(client, (few, Role.ADMIN), (mixed, Role.ADMIN))
    page = client.get(reverse("admin:eligibility_groupinterest_changelist"))
    told = [(one["clinic"], one["group"], str(one["number"])) for one in page.context["counts"]]
    assert told == [
        # 1 is hidden, and 6 with it: the list has 7 rows.
        (few.name, "1", FEW),
        (few.name, "2", FEW),
        (few.name, "3", FEW),
        (mixed.name, "1", "7"),
        (mixed.name, "2", "9"),
        (mixed.name, "3", FEW),
    ]
