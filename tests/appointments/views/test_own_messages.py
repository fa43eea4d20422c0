"""What became of the messages about one's own appointment, on its page."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import translation

from appointments.models import Appointment
from appointments.services.links import appointment_url
from appointments.views.own_messages import FATES, NAMES, OTHER
from clinics.domain.discreet import forbidden_words
from notifications.models import Message
from tests.appointments.views.line import ALICE, Booker
from tests.factories import BEFORE, make_ask, make_booking, make_patient, make_staff

LOST = "Minst én melding nådde deg kanskje ikke."


@pytest.fixture
def booked(evening):
    patient = make_patient(
        email=ALICE, phone="+4740012345", contact_by="both", family_name="Å", now=BEFORE
    )
    booked = make_booking(session=evening, patient=patient, clock="17.00", now=BEFORE)
    Message.objects.all().delete()
    return booked


@pytest.fixture
def opened(alice: Booker, booked: Appointment) -> Booker:
    alice.get("/l/" + appointment_url(booked, now=BEFORE).partition("/l/")[2])
    return alice


def write(about, *, state="sent", kind="booked", channel="sms", days=0, occasion=""):
    ended = state not in {"waiting", "claimed"}
    at = BEFORE + timedelta(days=days)
    return Message.objects.create(
        kind=kind,
        channel=channel,
        subject_id=about.pk,
        occasion=occasion,
        state=state,
        due_at=at,
        created_at=BEFORE,
        ended_at=at if ended else None,
    )


def seen(opened, booked):
    response = opened.client.get(f"/min-time/{booked.pk}/")
    html = response.content.decode()
    [section] = re.findall(r"<ul class=\"own-messages\">.*?</ul>", html, re.DOTALL) or [""]
    lines = re.findall(r"<li>(.*?)</li>", section, re.DOTALL)
    words = [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]
    return words, " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_each_message_is_there_with_when_how_and_what_became_of_it(opened, booked):
    write(booked)
    write(booked, kind="reminder", state="waiting", days=4)
    write(booked, channel="email", days=1, state="skipped")

    lines, page = seen(opened, booked)

    assert [re.sub(r"\w+ \d+\. \w+ kl\. \d\d\.\d\d", "AT", line) for line in lines] == [
        "Påminnelse , SMS AT. Sendes da.",
        "Bekreftelse på timen , e-post AT. Ikke sendt: den trengtes ikke lenger.",
        "Bekreftelse på timen , SMS AT. Sendt.",
    ]
    assert LOST not in page


def test_one_that_was_not_sent_says_whether_it_went_elsewhere_or_was_stopped(opened, booked):
    write(booked, state="skipped")
    write(booked, state="skipped", kind="reminder")
    for kind, fate in (("booked", "elsewhere"), ("reminder", "stopped")):
        Message.objects.filter(kind=kind).update(fate=fate)

    lines, _page = seen(opened, booked)

    assert {line.partition(" Ikke sendt")[2] for line in lines} == {
        " hit: du fikk den på en annen måte i stedet.",
        ": du har stoppet slike meldinger.",
    }


def test_where_we_write_is_shown_masked(opened, booked):
    write(booked)
    _lines, page = seen(opened, booked)
    assert "Vi skriver nå til: •• •• 23 45, a…@example.org" in page
    assert "40012345" not in page
    assert ALICE not in page


def test_when_one_did_not_arrive_that_is_said_on_top_with_whom_to_call(opened, booked):
    write(booked, state="failed")
    lines, page = seen(opened, booked)
    assert lines[0].endswith("Kom ikke fram.")
    assert f"{LOST} Står det feil nummer eller adresse under, ring oss på" in page


def test_one_that_was_sent_again_or_told_by_telephone_is_not_lost(opened, booked):
    lost = write(booked, state="failed")
    again = Message.objects.create(
        kind=lost.kind,
        channel=lost.channel,
        subject_id=lost.subject_id,
        round=1,
        state="sent",
        due_at=BEFORE,
        created_at=BEFORE,
        ended_at=BEFORE,
    )
    assert LOST not in seen(opened, booked)[1]
    again.delete()
    Message.objects.update(handled_at=BEFORE, handled_by=make_staff())
    assert LOST not in seen(opened, booked)[1]


def test_when_nothing_was_written_that_is_said(opened, booked):
    assert "Vi har ikke skrevet til deg om denne timen." in seen(opened, booked)[1]


def test_only_what_is_about_this_time_is_there(opened, booked, evening):
    another = make_booking(session=evening, clock="18.30", now=BEFORE)
    write(another)
    ask = make_ask(booked, to="17.10", answer_by=BEFORE)
    write(ask, kind="move_asked", state="unknown")
    lines, _page = seen(opened, booked)
    assert len(lines) == 1 + Message.objects.filter(subject_id=booked.pk).count()
    assert any(line.startswith("Spørsmål om en annen tid , SMS") for line in lines)


def test_a_kind_without_a_name_of_its_own_is_news_of_the_time(opened, booked):
    write(booked, kind="something_else")
    assert seen(opened, booked)[0][0].startswith("Beskjed om timen , SMS")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_word_tells_more_than_that_there_is_a_time(language):

    with translation.override(language):
        for words in [*NAMES.values(), OTHER, *FATES.values()]:
            assert not forbidden_words(str(words))


def test_a_stranger_sees_nothing_of_it(client, booked):
    write(booked)
    assert client.get(f"/min-time/{booked.pk}/").status_code == 302
