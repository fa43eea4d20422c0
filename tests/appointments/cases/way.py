"""Somebody on the way to a clinician, through Django's test client."""

import re

import pytest
import time_machine

from eligibility.models import ReviewCase
from tests.appointments.views.line import ALICE, Booker, mailbox, newest_code
from tests.factories import BEFORE, make_clinic, make_session

__all__ = ["ALICE", "mailbox", "newest_code"]

BEGIN = "/vurdering/"
CONTACT = "/vurdering/kontakt/"
CODE = "/vurdering/kode/"
DETAILS = "/vurdering/opplysninger/"
MINE = re.compile(r"/vurdering/sak/[0-9a-f-]{36}/")
# BEFORE is Thursday 19 November 2026: day 2 of an exposure on the 17th.
EXPOSED = {"smitte": "yes", "smittedato": "17.11.2026", "kontakt": "sexual"}
# A1: pregnant, not exposed; asked about everything that puts people into groups.
PREGNANT = {"kjonn": "trans", "graviditet": "pregnant"}


class Asker(Booker):
    """A person who wants a clinician's answer, in a browser of their own."""

    def exposed(self, **changed):
        """Have all questions answered as somebody exposed two days ago."""
        return self.answers(**{**EXPOSED, **changed})

    def choose_place(self, slug="nydalen"):
        """Choose which clinic decides."""
        return self.post(BEGIN, {"clinic": slug})

    def prove_contact(self, email=ALICE):
        """Say how to be reached, and give the code that comes."""
        return self.prove(email, at=CONTACT)

    def send(self, given="Alice", family="Ås", **more):
        """Say who asks, and send."""
        data = {"given_name": given, "family_name": family, "call_when": "any", **more}
        return self.post(DETAILS, data)

    def to_details(self, slug="nydalen", email=ALICE):
        """Come all the way to the page before it is sent."""
        self.choose_place(slug)
        self.prove_contact(email)
        assert self.path == DETAILS, self.words
        return self

    def sent(self, **more):
        """Send a case as somebody exposed two days ago."""
        self.exposed().to_details().send(**more)
        assert MINE.fullmatch(self.path), self.words
        return ReviewCase.objects.get(patient__email_hash__gt="")


@pytest.fixture
def moment():
    """Two days after the exposure, moved on by hand."""
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clinic(moment, mailbox, valkey):
    """A municipal clinic with an open evening, and a hospital without."""
    make_clinic(slug="sykehuset", kind="specialist", discreet_name="Sykehuset", groups=(1,))
    clinic = make_clinic()
    make_session(clinic=clinic)
    return clinic


@pytest.fixture
def alice():
    return Asker()
