"""After whole journeys nothing of sex, HIV, PrEP and STI is left anywhere, and no group in clear.

The answers decide and are dropped; what is kept is encrypted (ADR 0003, clinical-rules.md). Each
place that is searched has a control: an answer planted there is found.
"""

import base64
import json
import logging
import re
import zlib
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import redis
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client

from appointments.models import Appointment
from audit.domain import Actor
from audit.services import record
from clinics.domain.roles import Role
from clinics.models import Clinic
from eligibility.models import Decision, ReviewCase
from eligibility.services import cases
from notifications.services.delivery import deliver_due
from patients.services.codes import forget_expired
from tests.access.logins import log_in
from tests.appointments.cases.way import Asker
from tests.care.dayboard.pages import ask_all_no, id_of, of_person
from tests.eligibility.visit import RESULT, TALK
from tests.factories import (
    BEFORE,
    actor_of,
    at,
    make_clinic,
    make_day,
    make_doctor,
    make_session,
    make_vial,
)
from tests.invariants import assert_integrity
from tests.journeys.remains import everything_kept, faults_in
from vaccinations.models import Dose

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Whoever they are, each tells as much as the questions let them.
GROUP_2 = {
    "kjonn": "trans",
    "vaner": ["chemsex", "group_sex", "casual_sex"],
    "prover": ["syphilis", "gonorrhoea", "chlamydia"],
}
ON_PREP, WITH_HIV, SELLS_SEX = ({"forebygging": "yes"}, {"oppfolging": "yes"}, {"betaling": "yes"})


@pytest.fixture
def log():
    """What is logged, set-up included, in the product's own words and from its own level on."""
    written, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    line = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(logging.Formatter(line["format"], style=line["style"]))
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def outbox(settings, tmp_path, valkey):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OUTBOX_DIR = tmp_path
    mail.outbox = []
    return tmp_path


@pytest.fixture
def moment():
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


def book(session, clock, email, **answers):
    """Answer page by page, book and read the result both ways; return the appointment."""
    visitor = Asker()
    visitor.answer_all(**answers)
    assert visitor.path == RESULT, visitor.words
    visitor.get(f"{RESULT}?utskrift=1")
    visitor.choose(session, clock)
    visitor.prove(email)
    visitor.name()
    visitor.book()
    visitor.get("/min-time/alle/")
    return Appointment.objects.order_by("-pk").filter(status="booked").latest("booked_at")


def book_by_sms(session, outbox, clock, **answers):
    """Book with a telephone number, so that files are written."""
    visitor = Asker()
    visitor.answer_all(**answers)
    visitor.choose(session, clock)
    visitor.post("/bestilling/kontakt/", {"channel": "sms", "phone": "+4791234567"})
    [sms] = [json.loads(file.read_text()) for file in (Path(outbox) / "sms").glob("*.json")]
    visitor.post(visitor.path, {"code": re.search(r"\b\d{6}\b", sms["text"])[0]})
    visitor.name("Robin", "Foss")
    return visitor.book()


def vaccinate(day, booking):
    """Let the nurse take somebody in, ask again, and give the dose on the board's pages."""
    client = log_in(Client(), day.nurse)
    client.post(of_person("arrive", booking), id_of(booking))
    decision = ask_all_no(client, booking)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("16.10"))
    client.get(of_person("person", booking))
    given = {"decision": str(decision), "vial": str(vial.pk), "site": "left_upper_arm"}
    client.post(of_person("give_dose", booking), given)


def _write_to_the_log():
    """Send answers where they are refused, so that something is logged about them."""
    Client().post("/sjekk/finnes-ikke/", {"answer": ["syphilis", "chemsex"]})
    Client(enforce_csrf_checks=True).post("/sjekk/vaner/", {"answer": "chemsex"})


@pytest.fixture
def journeys(log, outbox, moment):
    """People of every group have booked, one came, cases were sent, declined and decided."""
    day = make_day(vials=4)
    make_session(clinic=day.clinic, starts_at=day.session.starts_at + timedelta(days=30))
    hospital = make_clinic(
        slug="fjordby",
        discreet_name="Fjordby sykehus",
        kind=Clinic.Kind.SPECIALIST,
        groups=(1,),
    )
    at_hospital = make_session(clinic=hospital, vials=4, groups=(1,))
    booking = book(day.session, "17.00", "kim@example.org", **GROUP_2)
    for clock, answers in (("17.00", ON_PREP), ("17.10", WITH_HIV), ("17.20", SELLS_SEX)):
        book(at_hospital, clock, f"{clock}@example.org", **answers)
    book_by_sms(day.session, outbox, "17.10", **GROUP_2)

    every_answer = ["kjonn", "partnere", "forebygging", "oppfolging", "betaling", "vaner", "prover"]
    for email, ticked in (("open@example.org", every_answer), ("closed@example.org", every_answer)):
        asker = Asker()
        asker.answer_all(**GROUP_2 | {"graviditet": "pregnant"})
        asker.to_details(email=email)
        asker.send(answers=ticked, note="Jeg lever med hiv")
    decliner = Asker()
    decliner.answer_all(forebygging="declined")
    assert decliner.path == TALK
    decliner.to_details(email="declined@example.org")
    decliner.send()
    half_way = Asker()  # whose answers are still in the draft
    half_way.answer_all(until="/sjekk/hud/", **GROUP_2)
    _write_to_the_log()

    lund = actor_of(make_doctor(clinic=day.clinic), day.clinic, Role.CLINICIAN)
    opened, closed = (
        case for case in ReviewCase.objects.all() if "sti_last_24_months" in case.sent
    )
    cases.claim(case_id=closed.pk, by=lund, now=BEFORE)
    cases.refuse(case_id=closed.pk, reason="Ring fastlegen", by=lund, now=BEFORE)
    deliver_due(now=lambda: BEFORE)

    moment.move_to(at("16.40"))
    vaccinate(day, booking)
    deliver_due(now=lambda: at("16.40"))
    return opened


def test_nothing_of_it_is_left_anywhere(journeys, log, outbox, valkey):
    groups = {decision.priority_group for decision in Decision.objects.all()}
    assert groups >= {"1", "2"}
    assert Dose.objects.count() == 1
    assert ReviewCase.objects.count() == 3
    assert {"hiv_positive", "sti_last_24_months"} <= set(journeys.sent)
    assert len(mail.outbox) > 8
    assert len(list(outbox.rglob("*.json"))) > 1
    assert valkey.keys("draft:*:answers")
    assert "/sjekk/finnes-ikke/" in log.getvalue()

    everything = everything_kept(log.getvalue())

    places = {kept.place for kept in everything}
    assert {"valkey", "e-mail", "outbox", "log", "django_session", "audit_auditentry"} <= places
    assert {"eligibility_decision", "eligibility_reviewcase", "notifications_message"} <= places
    assert faults_in(everything) == []
    forget_expired(now=at("16.40"))
    assert_integrity(now=at("16.40"))


def _in_a_decision(_outbox):
    Decision.objects.filter(source="self").update(reasons=["R1", "R16"])


def _group_in_clear(_outbox):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE eligibility_decision SET priority_group = '1'")


def _in_a_session(_outbox):
    session = Session.objects.first()
    session.session_data = Session.objects.encode({"on_prep": True, "name": "x" * 200})
    session.save()


def _in_the_audit_trail(_outbox):
    record(action="decision.made", by=Actor.system(), now=BEFORE, reason="lever med hiv")


def _in_valkey(_outbox):
    client = redis.from_url(settings.REDIS_URL)
    client.set("planted", zlib.compress(b'{"prover": ["syphilis"]}'))
    client.close()


def _in_an_email(_outbox):
    mail.outbox[-1].body = "Du er i gruppe 2."


def _in_a_file(outbox):
    told = base64.b64encode(b"Timen din: PrEP-kontroll")
    (outbox / "sms" / "planted.json").write_bytes(told)


def _in_the_log(_outbox):
    logging.getLogger("planted").warning("answered %s", {"sells_sex_to_men": True})


PLANTS = {
    _in_a_decision: "eligibility_decision.reasons: R1",
    _group_in_clear: "eligibility_decision.priority_group: priority_group in clear",
    _in_a_session: "django_session.session_data: on_prep",
    _in_the_audit_trail: "audit_auditentry.reason: hiv",
    _in_valkey: "valkey.value: syphilis",
    _in_an_email: "e-mail.part: gruppe 2",
    _in_a_file: "outbox.file: PrEP",
    _in_the_log: "log.line: sells_sex_to_men",
}


def test_what_is_planted_in_any_place_is_found(journeys, log, outbox, valkey):
    """The control: each plant alone is seen, so that its absence above means something."""
    found_before = faults_in(everything_kept(log.getvalue()))
    for plant, fault in PLANTS.items():
        assert fault not in found_before
        plant(outbox)
        assert fault in faults_in(everything_kept(log.getvalue())), plant.__name__
