"""A superuser writes what a message says, on a phone and at a desk; and how an e-mail arrives."""

import re

import pytest
from django.test import Client

from audit.domain import Actor
from clinics.models import Staff
from notifications.gateways import send_email
from notifications.models import MessageText
from notifications.services.default_words import default_words
from notifications.services.placeholders import example
from notifications.services.rendering import render_email
from notifications.services.texts import save_texts
from tests.access.logins import log_in as enter_with_both_factors
from tests.browser import DESKTOP, PHONE, Visitor
from tests.journeys.staff import log_in, make_nurse
from tests.journeys.test_administrator import looks_right

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
LIST = "/admin/notifications/messagetext/"
SMS = "Vi ses {dag} kl. {klokke}. {lenke}"


@pytest.fixture
def eli() -> Staff:
    boss = make_nurse(name="Eli Berg")
    boss.is_staff = boss.is_superuser = True
    boss.save()
    return boss


def look(visitor: Visitor) -> None:
    looks_right(visitor)
    visitor.seen.append(visitor.page.title())
    if visitor.pictures:
        visitor.pictures.mkdir(parents=True, exist_ok=True)
        file = visitor.pictures / f"{len(visitor.seen):02}.png"
        visitor.page.screenshot(path=file, full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_text_is_written_seen_refused_saved_and_taken_back(size, eli, new_visitor, valkey):
    visitor = new_visitor(size)
    log_in(visitor, eli)
    page = visitor.page

    def press(name: str) -> None:
        button = page.get_by_role("button", name=name, exact=True)
        with page.expect_navigation():
            button.or_(page.get_by_role("link", name=name, exact=True)).first.click()
        look(visitor)

    page.goto(visitor.home + LIST)
    look(visitor)
    press("Bekreftelse på time, Bokmål: Standardtekst")
    visitor.reads("Standardteksten er i bruk.", "Timen din: onsdag 4. mars kl. 17.40")

    # While it is written, the message beside it follows.
    page.fill("textarea[name=sms]", f"Ása og vaksinen. {SMS}")
    page.get_by_text("Ása og vaksinen. Vi ses onsdag").first.wait_for()
    look(visitor)
    press("Lagre")
    visitor.reads("Ikke lagret.", "Ta bort «vaksinen».")
    assert page.input_value("textarea[name=sms]") == f"Ása og vaksinen. {SMS}"

    page.fill("textarea[name=sms]", f"Ása venter deg. {SMS}")
    press("Vis uten å lagre")
    visitor.reads("Á finnes ikke i SMS-alfabetet", "Er det med vilje")
    press("Lagre")
    visitor.reads("Lagret.", "Egen tekst, skrevet av Eli Berg")

    # Somebody else has saved since this page was opened.
    save_texts(
        kind="booked",
        language="nb",
        words=default_words("booked", "nb"),
        seen=1,
        by=Actor.staff(eli.pk, clinic_id=None),
        now=MessageText.objects.get().changed_at,
    )
    page.fill("textarea[name=sms]", f"Velkommen. {SMS}")
    press("Lagre")
    visitor.reads("Ikke lagret: Eli Berg lagret en annen tekst")
    assert page.input_value("textarea[name=sms]") == f"Velkommen. {SMS}"
    press("Lagre")
    visitor.reads("Lagret.")
    press("Gå tilbake til standardteksten")
    press("Bruk standardteksten")
    visitor.reads("Standardteksten er i bruk igjen.", "gikk tilbake til standardteksten")
    page.goto(visitor.home + LIST)
    look(visitor)


def test_without_javascript_the_message_is_seen_before_it_is_saved(eli, chromium, live_server):
    context = chromium.new_context(java_script_enabled=False, locale="nb-NO")
    visitor = Visitor(context.new_page(), live_server.url, None)
    client = Client()
    enter_with_both_factors(client, eli)
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    visitor.page.goto(f"{visitor.home}{LIST}tekst/booked/nb/")
    visitor.page.fill("textarea[name=sms]", f"Uten skript. {SMS}")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Vis uten å lagre").click()

    visitor.reads("Uten skript. Vi ses onsdag 4. mars kl. 17.40.")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_an_email_arrives_in_three_languages(size, eli, new_visitor, settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "email"
    for language in ("en", "nn", "nb"):
        send_email(
            render_email(
                kind="booked",
                to=f"alice.{language}@example.org",
                language=language,
                context=example(),
                attachments=(),
                reference=language,
            )
        )
    visitor = new_visitor(size)

    visitor.open("/dev/outbox/")

    visitor.reads(
        "Timen din onsdag 4. mars kl. 17.40",
        "Timen din onsdag 4. mars kl. 17.40",
        "Your appointment on Wednesday 4 March at 17:40",
        "Bring valid ID.",
        "Timebestilling",
    )
    assert not re.search("mpox|vaksin|vaccin", visitor.page.inner_text("main"), re.IGNORECASE)
