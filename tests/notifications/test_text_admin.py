"""The pages where what messages say is read and written."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.role_admin import OFFICE
from notifications.models import MessageText
from notifications.services import placeholders
from notifications.services.default_words import default_words
from notifications.services.registry import kinds
from tests.access.logins import log_in
from tests.access.objects import make_staff
from tests.appointments.admin.people import enter, told
from tests.factories import BEFORE, make_clinic

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_messagetext_changelist")
SMS = "Hei! Vi ses {dag} kl. {klokke}. {lenke}"


def page_of(kind="booked", language="nb", end="edit"):
    return reverse(f"admin:notifications_messagetext_{end}", args=[kind, language])


def filled(kind="booked", language="nb", seen=0, **changed):
    return {**vars(default_words(kind, language)), "seen": seen, **changed}


@pytest.fixture(autouse=True)
def boss(client):
    with time_machine.travel(BEFORE, tick=False):
        staff = make_staff("nora", superuser=True)
        log_in(client, staff)
        yield staff


def save(client, **changed):
    return client.post(page_of(), filled(**changed), follow=True)


def test_the_list_has_all_kinds_in_all_languages_and_says_which_are_peoples_own(client):
    save(client, sms=SMS)

    page = client.get(LIST).content.decode()

    assert page.count("/admin/notifications/messagetext/tekst/") == 3 * len(kinds())
    assert page.count("Egen tekst") == 2  # once for the eye, once for the ear
    assert "Avsender er «Time» på SMS" in page


def test_list_and_editor_take_a_fixed_number_of_queries(client):
    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    before = [queries(LIST), queries(page_of())]
    for seen in range(4):
        save(client, sms=f"{seen} {SMS}", seen=seen)
        client.post(page_of("reminder"), filled("reminder", sms=f"{seen} {SMS}", seen=seen))

    assert [queries(LIST), queries(page_of())] == before


def test_the_editor_begins_with_the_words_of_the_file_and_shows_them_filled_in(client):
    page = client.get(page_of())

    assert page.context["form"].initial["sms"] == default_words("booked", "nb").sms
    html = page.content.decode()
    assert "Timen din: onsdag 4. mars kl. 17.40, Nydalen legesenter" in html
    assert "Your appointment: Wednesday 4 March at 17:40" in html
    assert "1 SMS, 1" in html
    assert "Personer med skjermet adresse får alltid standardteksten" in html
    assert "Ingen har endret teksten ennå." in html


def test_saving_says_so_and_is_in_the_history_and_the_access_log(client, boss):
    response = save(client, sms=SMS)

    assert told(response) == ["Lagret. Meldinger som sendes fra nå av, har den nye teksten."]
    row = MessageText.objects.get()
    assert (row.sms, row.subject, row.email, row.changed_by) == (SMS, "", "", boss)
    assert "utgave 1" in response.content.decode()
    assert AuditEntry.objects.filter(action="message_text.changed", object_id=row.pk).exists()


def test_line_ends_of_a_browser_change_nothing(client):
    words = filled()
    words["email"] = words["email"].replace("\n", "\r\n")

    assert told(client.post(page_of(), words, follow=True)) == [
        "Teksten er som før. Ingenting er lagret."
    ]


def test_what_is_wrong_stands_at_its_field_and_nothing_written_is_lost(client):
    page = save(client, sms="Vaksinen venter {navn}", subject="Min egen tittel")

    errors = page.context["form"].errors
    assert set(errors) == {"sms"}
    assert [str(one) for one in errors["sms"]] == [
        (
            "Ta bort «vaksinen». En melding kan leses over skulderen, og skal ikke fortelle hva "
            "det gjelder eller hvem det er for."
        ),
        "Denne meldingen har ikke {navn}. Bruk bare feltene som står på listen under.",
        "Sett inn {lenke}. Uten det kan ikke personen se, endre eller svare på noe.",
    ]
    html = page.content.decode()
    assert "Vaksinen venter {navn}</textarea>" in html
    assert 'value="Min egen tittel"' in html
    assert "<title>" in html
    assert "Feil:" in html.split("<title>")[1].split("</title>")[0]
    assert not MessageText.objects.exists()


def test_it_can_be_looked_at_before_it_is_saved(client):
    page = save(client, sms=f"Prøve. {SMS}", preview="1")

    assert "Prøve. Hei! Vi ses onsdag 4. mars kl. 17.40." in page.content.decode()
    assert not MessageText.objects.exists()


def test_while_it_is_written_the_message_is_shown_beside_it(client):
    shown = client.post(page_of(end="preview"), filled(sms="Ása – {dag {lenke}"))

    html = shown.content.decode()
    assert "<html" not in html
    assert "En krøllparentes står alene." in html
    long = client.post(page_of(end="preview"), filled(sms=f"Ása. {SMS}" + " hei" * 20))
    assert "Á finnes ikke i SMS-alfabetet" in long.content.decode()
    assert "(UCS-2)" in long.content.decode()


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(client):
    save(client, sms=f"Den ene. {SMS}")

    page = save(client, sms=f"Den andre. {SMS}")

    html = page.content.decode()
    assert "Ikke lagret: nora lagret en annen tekst" in html
    assert "Den ene. Hei! Vi ses {dag}" in html
    assert f"Den andre. {SMS}</textarea>" in html
    assert MessageText.objects.count() == 1
    # What was written can now be saved upon the other's.
    assert 'name="seen" value="1"' in html
    save(client, sms=f"Den andre. {SMS}", seen=1)
    assert MessageText.objects.get(revision=2).sms == f"Den andre. {SMS}"


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999", "7"])
def test_an_odd_revision_saves_nothing_and_keeps_what_was_written(client, seen):
    page = save(client, sms=SMS, seen=seen)

    assert page.status_code == 200
    assert f"{SMS}</textarea>" in page.content.decode()
    assert "Ikke lagret" in page.content.decode()
    assert not MessageText.objects.exists()


def test_going_back_to_the_words_of_the_file_is_asked_for_and_can_be_undone(client):
    save(client, sms=SMS)
    asked = client.get(page_of(end="reset")).content.decode()
    assert "Timen din: {dag} kl. {klokke}" in asked
    assert 'name="seen" value="1"' in asked

    done = client.post(page_of(end="reset"), {"seen": 1}, follow=True)

    assert told(done) == ["Standardteksten er i bruk igjen."]
    assert "gikk tilbake til standardteksten" in done.content.decode()
    again = client.get(f"{page_of()}?utgave=1").context["form"].initial
    assert (again["sms"], again["seen"]) == (SMS, 2)


@pytest.mark.parametrize("seen", ["", "x", "0", "99999999"])
def test_going_back_from_an_old_page_does_nothing(client, seen):
    save(client, sms=SMS)

    done = client.post(page_of(end="reset"), {"seen": seen}, follow=True)

    assert "noen har lagret en ny tekst siden" in told(done)[0]
    assert MessageText.objects.count() == 1


def test_a_text_that_works_no_more_is_marked_in_the_list(client, monkeypatch):
    save(client, sms=SMS)
    monkeypatch.delitem(placeholders.PLACEHOLDERS, "klokke")

    page = client.get(LIST).content.decode()

    assert "En tekst virker ikke lenger." in page
    assert 'state--fault">Virker ikke' in page


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_who_has_an_office_role_reads_and_does_not_write(role):
    client = Client()
    enter(client, (make_clinic(), role))

    page = client.get(page_of())
    assert "Bare en superbruker kan endre den." in page.content.decode()
    assert "<textarea" not in page.content.decode()
    assert client.get(LIST).status_code == 200
    for end in ("edit", "reset"):
        assert client.post(page_of(end=end), filled(sms=SMS)).status_code == 403
    assert client.get(page_of(end="reset")).status_code == 403
    assert not MessageText.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - OFFICE))
def test_others_do_not_see_the_pages(role):
    client = Client()
    enter(client, (make_clinic(), role))

    for address in (LIST, page_of(), page_of(end="preview"), page_of(end="reset")):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/admin/notifications/messagetext/tekst/odd/nb/",
        "/admin/notifications/messagetext/tekst/booked/se/",
        "/admin/notifications/messagetext/tekst/booked/nb/?utgave=3",
        "/admin/notifications/messagetext/77/change/",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_revision_leads_to_the_editor(client):
    save(client, sms=SMS)
    row = MessageText.objects.get()

    response = client.get(reverse("admin:notifications_messagetext_change", args=[row.pk]))

    assert response.headers["Location"] == f"{page_of()}?utgave=1"
