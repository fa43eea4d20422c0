"""The walk itself: would it notice?"""

import pytest
from django.urls import get_resolver

from clinics.models import Clinic
from tests.access.objects import Objects, address_of, make_objects
from tests.access.pages import Page, all_pages
from tests.access.test_every_page import rows_written


@pytest.fixture
def objects(db: None) -> Objects:
    return make_objects()


def test_a_view_without_a_rule_is_noticed() -> None:
    pages = all_pages(get_resolver("tests.clinics.sample_pages"))

    assert [page.form for page in pages if page.rule is None] == ["/forgotten/"]


def test_an_unknown_url_argument_is_noticed_and_says_what_to_add(objects: Objects) -> None:
    page = Page("shelves:shelf", "/hylle/%(shelf_id)s/", ("shelf_id",), print)

    with pytest.raises(AssertionError, match=r"\['shelf_id'\].*tests/access/objects\.py"):
        address_of(page, objects)


def test_a_written_row_is_noticed(objects: Objects) -> None:
    before = rows_written()

    Clinic.objects.filter(pk=objects.clinic.pk).update(fee="0")

    assert rows_written() - before == {"clinics_clinic": 1}
