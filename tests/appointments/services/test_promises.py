"""Stock that no longer covers what is promised: said to those who plan, and never undone."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.domain import Actor
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.appointments.admin.people import enter, told
from tests.care.dayboard.pages import text
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_lot,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import LotEntry
from vaccinations.services.lot_moves import quarantine
from vaccinations.services.shortages import shortages
from vaccinations.services.stock import write_off

pytestmark = pytest.mark.django_db
NOW = BEFORE
LATER = OPENING + timedelta(days=7)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def lacking(**more):
    found = shortages([make_clinic().pk], now=NOW, **more)
    return [(one.promise.day, one.vials) for one in found]


def test_stock_that_covers_everybody_booked_is_no_shortage():
    make_lot(vials=2)
    make_booking(session=make_session())
    assert lacking() == []


def test_given_fewer_vials_after_a_loss_then_the_last_days_lack_them():
    lot = make_lot(vials=4)
    for session in (make_session(), make_session(starts_at=LATER)):
        for clock in ("16.00", "19.50"):
            make_booking(session=session, clock=clock)
    assert lacking() == []
    where = {"lot_id": lot.pk, "clinic_id": lot.clinic_id, "by": Actor.system(), "now": NOW}
    write_off(vials=3, note="falt i gulvet", **where)
    assert lacking() == [(DAY, 1), (LATER.date(), 2)]
    quarantine(note="varmt", **where)
    assert lacking() == [(DAY, 2), (LATER.date(), 2)]


def test_a_lot_counts_for_no_day_after_it_expires():
    make_lot(vials=9, expires_on=DAY)
    make_booking(session=make_session(starts_at=LATER))
    assert lacking() == [(LATER.date(), 1)]


def test_what_is_set_aside_is_compared_too_and_what_is_over_or_a_draft_is_not():
    make_lot(vials=20)
    make_session(vials=15)
    make_session(starts_at=LATER, vials=15)
    make_session(starts_at=LATER + timedelta(days=1), vials=99, opened=False)
    assert lacking() == []
    assert lacking(of_allotted=True) == [(LATER.date(), 10)]


def test_a_vial_in_use_is_set_aside_in_the_stock_no_longer():
    lot = make_lot(vials=4)
    make_session(vials=4)
    assert lacking(of_allotted=True) == []
    make_vial(lot=lot, now=at("16.10"))
    assert lacking(of_allotted=True) == []


def test_queries_do_not_grow_with_days(django_assert_num_queries):
    make_lot(vials=1)
    for weeks in range(4):
        make_booking(session=make_session(starts_at=OPENING + timedelta(days=7 * weeks)))
    clinic_ids = [make_clinic().pk]
    with django_assert_num_queries(4):  # days, people, vials in use, stock
        assert len(shortages(clinic_ids, now=NOW)) == 3


def test_the_lots_page_records_the_loss_and_says_whom_it_concerns(client, clock):
    clock.move_to(NOW)
    lot = make_lot(vials=1)
    session = make_session()
    make_booking(session=session)
    enter(client, (make_clinic(), Role.LEAD))
    page = reverse("admin:vaccinations_lot_write_off", args=[lot.pk])
    form = client.get(page).context["form"]
    posted = {"what": form.LOST, "vials": "1", "note": "falt i gulvet"}
    after = client.post(page, posted, follow=True)
    assert LotEntry.objects.filter(kind="loss").exists()
    warning = told(after)[-1]
    assert warning.startswith("1 hetteglass mangler til dem som har time. ")
    assert reverse("admin:appointments_clinicsession_change", args=[session.pk]) in warning
    again = client.get(reverse("admin:vaccinations_lot_count", args=[lot.pk]))
    assert "Mangler til det som er bestilt" in again.content.decode()


def test_who_plans_sees_it_on_the_front_page_and_a_nurse_does_not(client, clock):
    clock.move_to(at("12.00"))
    make_booking(session=make_session(starts_at=LATER))
    log_in(client, make_staff(Role.LEAD))
    words = "1 hetteglass mangler til dem som har time: torsdag 3. desember: 1 hetteglass"
    assert words in text(client.get(reverse("desk:home")))
    log_in(client, make_staff(Role.VACCINATOR))
    assert "mangler til dem" not in text(client.get(reverse("desk:home")))


def test_a_planner_who_sets_aside_more_than_there_is_is_told_and_may(client, clock):
    clock.move_to(NOW)
    session = make_session(vials=1, opened=False)
    enter(client, (make_clinic(), Role.ADMIN))
    page = reverse("admin:appointments_clinicsession_changelist")
    posted = {"action": "move_open", "_selected_action": [str(session.pk)], "confirmed": "1"}
    after = client.post(page, posted, follow=True)
    session.refresh_from_db()
    assert session.state == "open"
    assert "satt av 1 hetteglass mer enn lageret dekker: torsdag 26. november (1)" in told(after)[1]
