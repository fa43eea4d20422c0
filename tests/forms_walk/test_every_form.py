"""Every form meets every kind of bad input in three languages, and good input once."""

import re
from collections import Counter
from urllib.parse import urljoin

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import transaction
from django.db.models import Q
from django.test import Client

from audit.models import AuditEntry
from tests.access.test_every_page import rows_written
from tests.forms_walk import (
    access_log_places,
    case_places,
    closing_places,
    cutoff_places,
    displaced_places,
    given_places,
    message_places,
    next_time_places,
    outcome_places,
    places,
    reaction_places,
    record_places,
    stop_places,
    vial_places,
    waiting_places,
)
from tests.forms_walk.assigning import COLUMNS, MARK, assigned
from tests.forms_walk.bad_input import MARKUP, RAN, SPICE, Typed
from tests.forms_walk.given_rows import PASSKEYS
from tests.forms_walk.html import PageParser
from tests.forms_walk.place import PLACES, Place
from tests.forms_walk.row import Data, Row
from tests.forms_walk.rows import LANGUAGE_SWITCH, ROWS
from tests.forms_walk.walk import addresses, forms_at, key_of, pages_to_walk
from tests.locale.test_catalogues import BOKMAAL

LANGUAGES = ("nb", "nn", "en")
NORWEGIAN = re.compile(r"[æøå]", re.IGNORECASE)
NOT_COUNTED = {"django_session", "clinics_stafflogin"}  # that somebody came, and was seen
MULTIPART = "multipart/form-data; boundary=x"
_FILE = '--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n'
FILES = _FILE * 101 + "--x--\r\n"
# A form with a line for each of some rows has their keys in its names.
KEY = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Pages that show nothing by themselves: targets of forms, files, and what leads elsewhere.
# Places come into the table by being imported.
_PLACES = (
    access_log_places,
    places,
    case_places,
    closing_places,
    cutoff_places,
    displaced_places,
    given_places,
    message_places,
    next_time_places,
    outcome_places,
    reaction_places,
    record_places,
    stop_places,
    vial_places,
    waiting_places,
)
assert all(_PLACES)
BUTTONS = {"videre", "bekreft", "send", "velg", "step", "login", "others", "lagre", "slett"}
HIDDEN = {"next", "credential", "for_tiden", "form_of"}
OF_NOBODY = {"clinic_slug", "slug"}
SHOW_NO_PAGE = {
    "account_switch_password",
    "account_take_up",
    "dayboard:of_dose",
    "desk:deviation_seen",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "dayboard:of_vial",
    "appointments:call_me",
    "appointments:end_subscription",
    "appointments:interest_link",
    "appointments:leave",
    "appointments:link",
    "appointments:move_ask_link",
    "appointments:next_link",
    "appointments:next_take_back",
    "appointments:undo",
    "cases:link",
    "dayboard:after_vial",
    "dayboard:ask_clinician",
    "dayboard:close_fees",
    "dayboard:close_no_shows",
    "dayboard:close_thawed",
    "dayboard:close_vial",
    "dayboard:decline",
    "dayboard:display",
    "dayboard:end_without_dose",
    "dayboard:expect_again",
    "dayboard:give_dose",
    "dayboard:go_on",
    "dayboard:invite",
    "dayboard:not_opened",
    "dayboard:reopen_vial",
    "dayboard:on_time",
    "dayboard:rescreen",
    "dayboard:send_note",
    "dayboard:anaphylaxis",
    "dayboard:take_back_end",
    "dayboard:undo_arrival",
    "dayboard:undo_release",
    "desk:reaction_add",
    "desk:reaction_mistake",
    "desk:reaction_not_reported",
    "desk:reaction_reported",
    "desk:registry_mark",
    "desk:registry_undo",
    "desk:case_claim",
    "desk:case_release",
    "desk:displaced_declined",
    "desk:displaced_told",
    "desk:recall_not_told",
    "desk:recall_told",
    "desk:message_handled",
    "desk:message_not_handled",
    "desk:message_resend",
    "desk:messages_again",
    "desk:note_withdraw",
    "desk:portal_access_end",
    "desk:portal_access_slip",
    "eligibility:begin",
    "eligibility:forget",
    "favicon",
    "notifications:sinch_receipt",
    "patients:one_click",
    "patients:start",
    "portal:browser_end",
    "portal:deleted",
    "portal:download_json",
    "portal:download_pdf",
    "portal:id_porten",
    "portal:id_porten_back",
    "portal:id_porten_leave",
    "portal:log_out",
    "set_language",
    "waiting:answer",
    "waiting:link",
    "waiting:offer_link",
    "waiting:start_messages",
}


def inputs_of(row: Row) -> int:
    return sum(len(values) for values in row.bad.values())


def test_the_walk_finds_each_form_of_the_table_and_no_other(traveller, valkey):
    found, shown, tried = Counter(), Counter(), Counter()
    pages_with_rows = {row.page for row in ROWS.values()}
    for arrive in PLACES.values():
        valkey.flushdb()
        mail.outbox = []
        before = transaction.savepoint()
        here = arrive(traveller)

        def is_seen_enough(page, here=here):
            """Pages of a whole clinic and of nobody, without a row, are as in other places."""
            tried[page.name] += bool(addresses(page, here))
            if page.name in SHOW_NO_PAGE:
                return tried[page.name] > 2
            has_row = page.name in pages_with_rows
            return set(page.arguments) <= OF_NOBODY and shown[page.name] >= 8 and not has_row

        for page, forms in forms_at(here, is_seen_enough):
            shown[page] += 1
            for one in forms:
                found[one.key] += 1
                row = ROWS.get(one.key)
                if row is not None:
                    asked = one.form.names | {name for name, _ in one.form.buttons}
                    asked = {re.sub(KEY, "*", name) for name in asked}
                    left = asked - set(row.bad) - BUTTONS - HIDDEN
                    assert left == set(), f"{one.key} at {one.page} asks for {left} too"
        transaction.savepoint_rollback(before)

    new = set(found) - set(ROWS) - {LANGUAGE_SWITCH} - PASSKEYS
    assert new == set(), f"forms without a row in tests/forms_walk/rows.py: {sorted(new)}"
    assert set(ROWS) - set(found) == set(), "rows whose form no place shows"
    names = {page.name for page in pages_to_walk()}
    assert names - set(shown) == SHOW_NO_PAGE, "no place in tests/forms_walk/places.py opens these"
    assert sum(found.values()) > 500, "fewer pages were walked than before"


def test_the_walk_does_not_shrink():
    inputs = sum(map(inputs_of, ROWS.values()))
    assert len(ROWS) >= 48
    assert len(PLACES) >= 18
    assert inputs >= 1000, f"{len(ROWS)} forms, {inputs} bad inputs"
    fields = sum(len(row.bad) for row in ROWS.values())
    assert fields >= 55
    assert all(len(values) >= 8 for row in ROWS.values() for values in row.bad.values())
    tricked = sum(MARKUP in values for row in ROWS.values() for values in row.bad.values())
    typed = sum(isinstance(values, Typed) for row in ROWS.values() for values in row.bad.values())
    assert tricked > 280, "fewer fields meet what a browser, a template or the database would run"
    assert typed > 45
    assert len(COLUMNS) > 380


class Walker:
    """A form in its place, ready to be sent in."""

    def __init__(self, key: str, row: Row, place: Place) -> None:
        self.key, self.row, self.place = key, row, place
        page = next(page for page in pages_to_walk() if page.name == row.page)
        self.address, self.target, self.asked = next(
            (address, urljoin(address, form.action), {n for one in forms for n in one.names})
            for address in addresses(page, place)
            for forms in [self.open(address).forms]
            for form in forms
            if form.method == "post" and key_of(form, address) == key
        )
        self.good = row.good(place)
        for name in filter(self.good.get, map(self.named, self.typed)):
            self.good[name] = [text + SPICE if text else "" for text in self.good[name]]
        self.above = {self.named(name) for name in row.above}

    @property
    def typed(self) -> list[str]:
        """The fields that take whatever people write."""
        return [name for name, values in self.row.bad.items() if isinstance(values, Typed)]

    def named(self, field: str) -> str:
        """Return a field's name; "*" in it is the key of the place's line."""
        return field.replace("*", str(self.place.about.get("line", "")))

    def open(self, address: str) -> PageParser:
        return PageParser(self.place.client.get(address).content.decode())

    def speak(self, language: str) -> None:
        self.place.client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language

    def send(self, data: Data):
        """Send the form in; return the answer and the rows written.

        That somebody's page was read is written down each time it is shown, and is no change.
        """
        before, reads = rows_written(), reads_recorded()
        response = self.place.client.post(self.target, data)
        written = rows_written() - before
        written -= Counter({AuditEntry._meta.db_table: reads_recorded() - reads})
        return response, {t: n for t, n in written.items() if t not in NOT_COUNTED}

    def form_on(self, page: PageParser):
        return next(
            form
            for form in page.forms
            if form.method == "post" and key_of(form, self.target) == self.key
        )


@pytest.fixture
def walker(request, traveller):
    key = request.param
    row = ROWS[key]
    place = PLACES[row.place](traveller)
    place.client.raise_request_exception = False
    return Walker(key, row, place)


each_form = pytest.mark.parametrize("walker", ROWS, indirect=True)


@each_form
def test_bad_input_is_refused_in_the_readers_language_and_changes_nothing(walker, valkey):
    """All of it in Bokmål; in the other languages once for each thing that is said there."""
    faults, told = [], {}
    for language in LANGUAGES:
        walker.speak(language)
        for name, values in walker.row.bad.items():
            field = walker.named(name)
            for number, value in enumerate(values):
                if language != "nb" and not is_first_told(told, field, number):
                    continue
                # Guesses and look-ups are limited; here each is the first.
                if walker.row.page.startswith(("account", "mfa")):
                    valkey.flushdb()
                elif counted := valkey.keys("limit:*"):
                    valkey.delete(*counted)
                data = {**walker.good, **walker.row.beside.get(name, {}), field: value}
                response, written = walker.send(data)
                where = f"[{language}] {field}={str(value)[:40]!r}"
                written = {t: n for t, n in written.items() if t not in walker.row.attempts}
                if written:
                    faults.append(f"{where} wrote {written}")
                faults += [
                    f"{where}: {fault}"
                    for fault in faults_of_refusal(walker, response, field, data, language)
                ]
                told[language, field, number] = words_of(walker, response)
    faults += faults_of_language(told)
    in_bokmaal = [key for key in told if key[0] == "nb"]
    assert len(in_bokmaal) == inputs_of(walker.row)
    assert len(told) >= len(in_bokmaal) + 2 * len(walker.row.bad)
    assert faults == [], "\n".join(faults[:40]) + f"\n{len(faults)} faults"


def is_first_told(told, field, number) -> bool:
    """Tell whether no earlier input to the field was answered with the same words in Bokmål."""
    words = told["nb", field, number]
    return words not in [told["nb", field, earlier] for earlier in range(number)]


def reads_recorded() -> int:
    """Count the records of who read what, and of who searched."""
    return AuditEntry.objects.filter(
        Q(action__regex=r"[._]read$") | Q(action="search.done")
    ).count()


def token_on(response) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


def followed(walker, response):
    hops = 0
    while response.status_code in {301, 302}:
        hops += 1
        assert hops < 5
        response = walker.place.client.get(response["Location"])
    return response


def words_of(walker, response) -> str:
    if response.status_code != 200:
        return ""
    return PageParser(response.content.decode()).told.strip()


def faults_of_refusal(walker, response, field, data, language):
    """List what is wrong with the answer to bad input."""
    if walker.row.leads_away:
        response = followed(walker, response)
    if response.status_code != 200:
        return [f"{response.status_code} {response.headers.get('Location', '')}"]
    html = response.content.decode()
    page = PageParser(html)
    faults = list(faults_of_page(page, language))
    if ran := RAN.search(html):
        faults.append(f"what was typed has run: {html[ran.start() - 60 : ran.end() + 20]}")
    if not walker.row.leads_away:
        form = walker.form_on(page)
        named = [one for one in form.fields if one.name == field]
        if named and named[0].kind != "hidden" and field not in walker.above:
            faults += faults_of_field(page, named)
        faults += faults_of_the_rest(walker, form, field, data)
    return faults


def faults_of_page(page, language):
    if page.language != language:
        yield f"the page is in {page.language}"
    if not page.heading.strip():
        yield "the page has no heading"
    if not page.told:
        yield "no word of what is wrong"
    for link in page.summary_links:
        if link.removeprefix("#") not in page.ids:
            yield f"the summary leads to {link}, which is not there"


def faults_of_field(page, named):
    if not all(one.invalid for one in named):
        yield "the field has no aria-invalid"
    if not all(one.described_by & set(page.error_texts) for one in named):
        yield "the field is not described by its error"
    if f"#{named[0].id}" not in page.summary_links:
        yield "the summary does not lead to the field"


def faults_of_the_rest(walker, form, field, data):
    """List what else was filled in and got lost; a password is never sent back."""
    given = {**walker.good, **walker.row.beside.get(field, {})}
    for other in form.names & set(given) - {field}:
        kinds = {one.kind for one in form.fields if one.name == other}
        kept, due = form.values(other), data[other]
        if "password" not in kinds and [v for v in kept if v] != [v for v in due if v]:
            yield f"{other} was {due}, is {kept}"


def faults_of_language(told):
    """List what is said in the wrong language: the same words in two, or another's letters."""
    for (language, field, number), words in told.items():
        if language == "nb" or not words:
            continue
        source = told["nb", field, number]
        if language == "en" and (words == source or NORWEGIAN.search(words)):
            yield f"[en] {field} #{number}: {words}"
        if language == "nn" and BOKMAAL.search(words):
            yield f"[nn] {field} #{number}: {words}"


@each_form
def test_good_input_is_accepted_exactly_once_whatever_else_is_sent(walker):
    """Nothing else that is sent comes into a row; nothing that is typed is run."""
    unasked = {name: [MARK] for name in COLUMNS - walker.asked - set(walker.good)}
    first, written = walker.send({**walker.good, **unasked})
    if walker.row.hands_out:
        assert "attachment" in first.headers["Content-Disposition"]
    else:
        assert first.status_code == 302, PageParser(first.content.decode()).told
    assert bool(written) == walker.row.writes, written
    assert assigned(written) == []

    again, twice = walker.send({**walker.good, **unasked})

    assert twice == {} or walker.row.anew, "sent in twice, it changed something twice"
    page = followed(walker, again)
    assert page.status_code == 200
    if walker.row.hands_out:
        return
    assert PageParser(page.content.decode()).heading.strip()
    assert not RAN.search(page.content.decode())


@each_form
def test_what_is_no_form_at_all_gets_a_page_and_changes_nothing(walker):
    """Each form in one language, by turns: what answers has not seen yet which form it is."""
    language = LANGUAGES[list(ROWS).index(walker.key) % len(LANGUAGES)]
    walker.speak(language)
    client, good = walker.place.client, walker.good
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    right = {**good, "csrfmiddlewaretoken": token_on(client.get(walker.address))}
    urlencoded = "application/x-www-form-urlencoded"
    before = rows_written()
    answers = {
        "no token": strict.post(walker.target, good),
        "a wrong token": strict.post(walker.target, {**good, "csrfmiddlewaretoken": "x" * 64}),
        "3 MB": strict.post(walker.target, {**right, "ukjent": "x" * 3_000_000}),
        "3 MB, urlencoded": strict.post(walker.target, "answer=" + "x" * 3_000_000, urlencoded),
        "1,001 fields": strict.post(walker.target, right | {f"f{i}": "x" for i in range(1001)}),
        "101 files": strict.post(walker.target, FILES, MULTIPART),
        "torn multipart": strict.post(walker.target, "--x\r\nContent-Disp", "multipart/form-data"),
    }
    written = {t: n for t, n in (rows_written() - before).items() if t not in NOT_COUNTED}
    faults = [f"wrote {written}"] if written else []
    for name, answer in answers.items():
        page = PageParser(answer.content.decode())
        due = 403 if "token" in name else 413 if "3 MB" in name else 400
        if (answer.status_code, page.language) != (due, language) or not page.heading:
            faults.append(f"{name}: {answer.status_code} {page.language} {page.heading!r}")
    assert faults == []


@each_form
def test_opened_as_a_page_or_from_a_browser_that_forgot_everything_it_leads_on(walker):
    """As by "back", by a reload in another browser, or when the cookies were cleared half-way."""
    for client in (walker.place.client, Client(raise_request_exception=False)):
        before = rows_written()
        answer = client.get(walker.target, follow=True)
        assert answer.status_code == 200, answer.status_code
        assert PageParser(answer.content.decode()).heading.strip()
        if client is not walker.place.client:
            posted = client.post(walker.target, walker.good, follow=True)
            assert posted.status_code == 200, posted.status_code
            assert PageParser(posted.content.decode()).heading.strip()
            written = rows_written() - before
            allowed = {*NOT_COUNTED, "patients_onetimecode"}  # finding one's own needs no cookie
            assert walker.row.by_link or set(written) <= allowed, written
