"""Somebody on the way to an appointment, through Django's test client."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.http import QueryDict

from eligibility.domain.draft import draft_json
from eligibility.domain.steps import Step
from eligibility.forms.answering import form_for
from eligibility.services import screening
from patients.permissions import BROWSER_COOKIE
from patients.services import drafts
from tests.eligibility.visit import ALICE as ALICES_ANSWERS
from tests.eligibility.visit import Visit
from tests.factories import BEFORE, DAY, make_booking, make_clinic, make_session, slot_at

CONTACT = "/bestilling/kontakt/"
CODE = "/bestilling/kode/"
DETAILS = "/bestilling/opplysninger/"
SUMMARY = "/bestilling/oppsummering/"
TIMES = "/time/nydalen/"
MINE = re.compile(r"/min-time/[0-9a-f-]{36}/")
ALICE = "alice@example.org"


def newest_code():
    """The code in the newest e-mail."""
    return re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]


def _value(step, typed):
    data = QueryDict(mutable=True)
    data.update(typed if isinstance(typed, dict) else {"answer": typed})
    form = form_for(step, data, given=None, born=None, today=DAY)
    assert form.is_valid(), (step, form.errors)
    return form.value()


class Booker(Visit):
    """A patient in a browser of their own."""

    def answers(self, **changed):
        """Have all questions answered, as Alice but for what is changed."""
        self.begin()
        told = ALICES_ANSWERS | {step.replace("_", "-"): given for step, given in changed.items()}
        given = {Step(step): _value(Step(step), typed) for step, typed in told.items()}
        drafts.save(self.key, screening.DRAFT, draft_json(given))
        return self

    def choose(self, session, clock="17.00"):
        """Choose a time."""
        path = f"/time/{session.clinic.slug}/"
        return self.post(path, {"slot": str(slot_at(session, clock).pk)})

    def ask_for_code(self, email=ALICE, at=CONTACT):
        """Say how to be reached."""
        return self.post(at, {"channel": "email", "email": email})

    def prove(self, email=ALICE, at=CONTACT):
        """Say how to be reached, and give the code that comes."""
        self.ask_for_code(email, at)
        return self.post(self.path, {"code": newest_code()})

    def name(self, given="Alice", family="Ås"):
        """Say who comes."""
        return self.post(DETAILS, {"given_name": given, "family_name": family})

    def to_summary(self, session, clock="17.00", **answers):
        """Come all the way to the page before the booking."""
        self.answers(**answers)
        self.choose(session, clock)
        self.prove()
        self.name()
        assert self.path == SUMMARY, self.words
        return self

    def book(self, seen=None):
        """Press the button."""
        found = re.search(r'name="seen" value="(\w+)"', self.html)
        return self.post(SUMMARY, {"seen": seen or (found[1] if found else "")})

    def seen(self):
        """What the button of the page that is shown sends along."""
        return re.search(r'name="seen" value="(\w+)"', self.html)[1]

    @property
    def key(self):
        """The browser's key."""
        return self.client.cookies[BROWSER_COOKIE].value

    def pause(self):
        """Be away for so long that all drafts are gone."""
        drafts.forget(self.key)


@pytest.fixture
def moment():
    """A week before the clinic day, moved on by hand."""
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mailbox(settings, db):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def evening(moment, mailbox, valkey):
    """An evening at a municipal clinic; somebody is booked at 18.00, so that times share."""
    session = make_session(clinic=make_clinic(fee="Oppmøtet koster 300 kroner."), vials=4)
    make_booking(session=session, clock="18.00", now=BEFORE - timedelta(days=1))
    return session


@pytest.fixture
def alice():
    return Booker()
