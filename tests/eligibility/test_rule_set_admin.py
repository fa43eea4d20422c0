"""The admin's page where a rule set is put in force, and taken back while it is ahead."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from eligibility.models import RuleSetInForce
from eligibility.services.rule_sets import put_in_force, rule_set_in_force
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.appointments.admin.people import enter, told
from tests.browser import DESKTOP, PHONE
from tests.eligibility.invented import FIRST
from tests.factories import BEFORE, DAY, actor_of, make_clinic
from tests.journeys.test_administrator import looks_right

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_a_week_before")]
LIST = reverse("admin:eligibility_rulesetinforce_changelist")
ADD = reverse("admin:eligibility_rulesetinforce_add")
TODAY = BEFORE.date()


@pytest.fixture
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def nora(client):
    staff = make_staff("nora", superuser=True)
    log_in(client, staff)
    return staff


def take_back_page(row):
    return reverse("admin:eligibility_rulesetinforce_take_back", args=[row.pk])


def put(nora, invented):
    return put_in_force(rule_set=invented.name, from_date=DAY, by=actor_of(nora), now=BEFORE)


def test_it_is_asked_once_more_before_a_rule_set_is_put_in_force(client, nora, invented):
    chosen = {"rule_set": invented.name, "from_date": str(DAY)}

    asked = client.post(ADD, chosen)

    page = asked.content.decode()
    assert "Vil du sette regelsettet i kraft?" in page
    assert "26. november 2026" in page
    assert "I dag gjelder fhi-2023-05-23, siden 23. mai 2023." in page
    assert not RuleSetInForce.objects.exists()

    done = client.post(ADD, {**chosen, "confirmed": "1"}, follow=True)

    assert told(done) == ["Regelsettet settes i kraft."]
    assert rule_set_in_force(DAY) is invented
    entry = AuditEntry.objects.get(action="rule_set.put_in_force")
    assert entry.actor_id == str(nora.pk)


def test_pressing_twice_puts_it_once_and_says_so(client, nora, invented):
    sent = {"rule_set": invented.name, "from_date": str(DAY), "confirmed": "1"}
    client.post(ADD, sent)

    again = client.post(ADD, sent)

    assert "settes allerede i kraft denne dagen" in again.content.decode()
    assert RuleSetInForce.objects.count() == 1


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"rule_set": ""}, "Velg et regelsett."),
        ({"rule_set": "fhi-1999"}, "Velg et av regelsettene i listen."),
        ({"rule_set": FIRST.name}, "Dette regelsettet gjelder allerede"),
        ({"from_date": ""}, "Velg dagen regelsettet skal gjelde fra."),
        ({"from_date": "i morgen"}, "Skriv en dato, for eksempel 2027-03-01."),
        ({"from_date": str(TODAY - timedelta(days=1))}, "Velg i dag eller en senere dag."),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field_and_the_rest_is_kept(
    client, nora, invented, entered, words
):
    chosen = {"rule_set": invented.name, "from_date": str(DAY)} | entered

    page = client.post(ADD, {**chosen, "confirmed": "1"}).content.decode()

    assert words in page
    kept = {name: value for name, value in chosen.items() if name not in entered}
    assert all(value in page for value in kept.values())
    assert not RuleSetInForce.objects.exists()


def test_what_is_ahead_is_taken_back_after_a_question(client, nora, invented):
    row = put(nora, invented)
    page = reverse("admin:eligibility_rulesetinforce_change", args=[row.pk])
    assert take_back_page(row) in client.get(page).content.decode()

    assert "fortsetter å gjelde" in client.get(take_back_page(row)).content.decode()
    assert rule_set_in_force(DAY) is invented
    done = client.post(take_back_page(row), follow=True)

    assert told(done) == ["Regelsettet er trukket tilbake."]
    assert rule_set_in_force(DAY) is FIRST
    assert take_back_page(row) not in client.get(page).content.decode()
    assert told(client.post(take_back_page(row), follow=True)) == [
        "Det gjelder allerede, eller er trukket tilbake fra før."
    ]


def test_the_list_says_what_became_of_each(client, nora, invented):
    by = actor_of(nora)
    put(nora, invented)
    put_in_force(rule_set=FIRST.name, from_date=DAY + timedelta(days=30), by=by, now=BEFORE)

    def listed(day):
        with time_machine.travel(BEFORE + (day - TODAY), tick=False):
            log_in(client, nora)
            page = client.get(LIST)
        admin = page.context["cl"].model_admin
        with time_machine.travel(BEFORE + (day - TODAY), tick=False):
            return [str(admin.status(row)) for row in page.context["cl"].result_list]

    assert listed(TODAY) == ["ikke begynt", "ikke begynt"]
    assert listed(DAY) == ["ikke begynt", "gjelder nå"]
    assert listed(DAY + timedelta(days=30)) == ["gjelder nå", "avløst"]


def test_what_was_taken_back_stays_to_be_read(client, nora, invented):
    client.post(take_back_page(put(nora, invented)))

    page = client.get(LIST).content.decode()

    assert "trukket tilbake" in page
    assert page.count("2026-11-26") + page.count("26.11.2026") == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEAD, Role.CLINICIAN, Role.AUDITOR])
def test_the_offices_of_a_clinic_read_and_do_not_write(client, role, invented):
    row = put(make_staff("nora", superuser=True), invented)
    enter(client, (make_clinic(), role))

    assert invented.name in client.get(LIST).content.decode()
    page = client.get(reverse("admin:eligibility_rulesetinforce_change", args=[row.pk]))
    assert "trekk-tilbake" not in page.content.decode()
    sent = {"rule_set": invented.name, "from_date": str(DAY), "confirmed": "1"}
    assert client.post(ADD, sent).status_code == 403
    assert client.post(take_back_page(row)).status_code == 403
    assert rule_set_in_force(DAY) is invented


def test_the_list_costs_the_same_however_long_it_is(
    client, nora, invented, django_assert_max_num_queries
):
    for number in range(6):
        names = (invented.name, FIRST.name)
        day = DAY + timedelta(days=number)
        put_in_force(rule_set=names[number % 2], from_date=day, by=actor_of(nora), now=BEFORE)

    with django_assert_max_num_queries(9):
        client.get(LIST)


@pytest.mark.django_db(transaction=True)
@pytest.mark.journey
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_nora_puts_one_in_force_and_takes_it_back_in_a_browser(
    size, client, nora, invented, new_visitor
):
    browser = new_visitor(size)
    session = client.cookies["sessionid"].value
    browser.page.context.add_cookies([{"name": "sessionid", "value": session, "url": browser.home}])
    page = browser.page

    def press(name: str) -> None:
        target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
        with page.expect_navigation():
            target.first.click()
        looks_right(browser)

    page.goto(browser.home + ADD)
    looks_right(browser)
    page.select_option("[name=rule_set]", invented.name)
    page.fill("[name=from_date]", str(DAY))
    press("Fortsett")
    press("Ja, sett i kraft")
    browser.reads("Regelsettet settes i kraft.", invented.name, "ikke begynt")
    press(invented.name)
    press("Trekk tilbake")
    press("Trekk tilbake")
    browser.reads("Regelsettet er trukket tilbake.")

    assert rule_set_in_force(DAY) is FIRST
