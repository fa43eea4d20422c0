"""An administrator plans a row of evenings on a phone and at a desk, in a real browser."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from appointments.models import ClinicSession
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from notifications.models import Message
from tests.browser import DESKTOP, PHONE, Visitor, pixels_too_wide
from tests.factories import make_booking, make_clinic, make_product, make_session, make_window, oslo
from tests.journeys.staff import log_in, make_nurse

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def looks_right(visitor: Visitor) -> None:
    """Check with axe. It must not fetch the admin's own imports again, as if they were ours."""
    found = (
        Axe()
        .run(visitor.page, options={"preload": False, "resultTypes": ["violations"]})
        .response["violations"]
    )
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []
    assert pixels_too_wide(visitor.page) == 0, visitor.page.url


@pytest.fixture
def eli():
    admin = make_nurse()
    admin.is_staff = True
    admin.save()
    admin.memberships.create(
        clinic=make_clinic(), role=Role.ADMIN.value, valid_from=oslo_date(timezone.now())
    )
    return admin


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_row_of_evenings_is_planned_opened_and_looked_after(size, eli, new_visitor, valkey):
    make_window()
    make_product()
    today = oslo_date(timezone.now())
    taken = today + timedelta(days=14)
    make_session(starts_at=oslo(taken, "17.00"), now=timezone.now())
    visitor = new_visitor(size)
    log_in(visitor, eli)
    page = visitor.page

    def go(path: str) -> None:
        page.goto(visitor.home + path)
        looks_right(visitor)

    def press(name: str, *, exact: bool = False) -> None:
        button = page.get_by_role("button", name=name, exact=exact)
        target = button.or_(page.get_by_role("link", name=name, exact=exact))
        with page.expect_navigation():
            target.first.click()
        looks_right(visitor)

    go("/admin/")
    go("/admin/appointments/clinicsession/")
    press("Planlegg flere dager")
    for number in range(7):
        page.check(f"input[name=weekdays][value='{number}']")
    page.fill("[name=first]", (taken - timedelta(days=1)).isoformat())
    page.fill("[name=until]", (taken + timedelta(days=1)).isoformat())
    page.fill("[name=opens]", "16:00")
    page.fill("[name=closes]", "20:00")
    page.fill("[name=vials_allotted]", "8")
    page.check("[name=offered_groups][value='2']")
    press("Vis dagene")
    assert page.locator("input[name=day]:disabled").count() == 1
    for box in page.locator("input[name=day]:enabled").all():
        box.check()  # one of the days may be a holiday when this is run
    press("Opprett dagene")
    visitor.reads("2 vaksinasjonsdager er opprettet")
    assert ClinicSession.objects.filter(state="draft").count() == 2

    page.locator("[name=_selected_action]").first.check()
    page.select_option("[name=action]", "move_open")
    press("Gå")
    press("Åpne for bestilling")
    visitor.reads("1 dag er åpnet for bestilling")

    booking = make_booking(session=ClinicSession.objects.get(date=taken), now=timezone.now())
    Message.objects.filter(kind="booked").update(state="failed", ended_at=timezone.now())
    go(f"/admin/appointments/clinicsession/{booking.slot.session_id}/change/")
    press("Avlys", exact=True)
    press("Avlys", exact=True)
    visitor.reads("1 person har time denne dagen")
    go(f"/admin/appointments/clinicsession/{booking.slot.session_id}/change/")
    press("Endre eller avlys dagen")
    press("Vis hva det betyr")
    visitor.reads("Rett opp feltene")
    page.check("input[name=what][value=cancel]")
    press("Vis hva det betyr")
    press("Avlys dagen og send beskjedene")
    visitor.reads("Dagen er avlyst. 1 person mangler ny time.")  # no other day is for the group
    go("/ansatt/")
    press("1 person mangler ny time")
    press("Finn ny time")
    visitor.reads("Ingen ledige tider")

    go("/admin/")
    press("1 melding nådde ikke fram")
    press("bekreftelse på time")
    press("Send på nytt")
    press("Send på nytt")
    visitor.reads("1 melding sendes på nytt")
    for path in ("appointments/appointment", "audit/auditentry"):
        go(f"/admin/{path}/")
