"""A browser that talks to the application in its own process, with cookies and CSRF tokens."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.http import QueryDict
from django.utils import timezone

from appointments.models import Slot
from clinics.domain.calendar import oslo_date
from eligibility.domain.draft import draft_json
from eligibility.domain.steps import Step
from eligibility.forms.answering import form_for
from eligibility.services import screening
from patients.domain.contact import Contact
from patients.permissions import BROWSER_COOKIE, confirm_contact, new_browser_key
from patients.selectors import contact_proof
from patients.services import drafts
from tests.eligibility.visit import ALICE

SUMMARY = "/bestilling/oppsummering/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_SEEN = re.compile(r'name="seen" value="(\w+)"')


class BenchmarkError(Exception):
    """What was to be measured did not happen."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Visitor:
    """A browser. ``application`` is a WSGI application."""

    application: Any = field(default_factory=get_wsgi_application)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        """Open an address."""
        return self._ask("GET", path, b"")

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form, with the token of the page before; it must lead on."""
        answer = self.send(path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))
        if answer.status != 302:
            raise BenchmarkError(f"{path} answered {answer.status}")
        return answer

    def send(self, path: str, form: str) -> Answer:
        """Send a form as it is."""
        return self._ask("POST", path, form.encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        path, _, query = path.partition("?")
        got: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            got["status"], got["headers"] = int(status[:3]), headers

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_ACCEPT_LANGUAGE": "nb",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
        }
        response: Any = self.application(environ, start)
        try:
            content = b"".join(response).decode()
        finally:
            response.close()
        self._keep(value for name, value in got["headers"] if name == "Set-Cookie")
        found = _TOKEN.search(content)
        if found:
            self.token = found[1]
        return Answer(got["status"], dict(got["headers"]), content)

    def _keep(self, cookies: Iterable[str]) -> None:
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value


@dataclass
class Patient(Visitor):
    """Somebody who answered the questions and proved a contact, and is about to book."""

    number: int = 0

    def begin(self) -> "Patient":
        """Answer everything, in a browser with a key; the contact is proved."""
        key, contact = new_browser_key(), self.contact
        drafts.save(key, screening.DRAFT, _answers())
        proved = SimpleNamespace(session=SessionStore())
        confirm_contact(proved, contact_proof(contact))  # type: ignore[arg-type]
        proved.session.save()
        self.cookies = {BROWSER_COOKIE: key, "sessionid": str(proved.session.session_key)}
        return self

    @property
    def contact(self) -> Contact:
        """An e-mail address of their own."""
        return Contact("email", f"person{self.number}@example.org")

    def look(self, slot: Slot) -> str:
        """Open the page with a time; return its address."""
        year, week, _ = oslo_date(slot.starts_at).isocalendar()
        page = f"/time/{slot.session.clinic.slug}/?uke={year}-{week:02}"
        if str(slot.pk) not in self.get(page).body:
            raise BenchmarkError(f"{page} does not show {slot}")
        return page

    def fill_in(self) -> str:
        """Say how to be reached and who comes; return what the last page's button sends along."""
        self.post("/bestilling/kontakt/", channel="email", email=self.contact.address)
        self.post("/bestilling/opplysninger/", given_name="Alice", family_name="Ås")
        found = _SEEN.search(self.get(SUMMARY).body)
        if not found:
            raise BenchmarkError("the last page before the booking did not show")
        return found[1]

    def press(self, seen: str) -> None:
        """Press the last button."""
        answer = self.post(SUMMARY, seen=seen)
        if not answer.headers["Location"].startswith("/min-time/"):
            raise BenchmarkError(f"the booking led to {answer.headers['Location']}")


def _answers() -> dict[str, Any]:
    today = oslo_date(timezone.now())
    given = {}
    for name, told in ALICE.items():
        data = QueryDict(mutable=True)
        data.update(told if isinstance(told, dict) else {"answer": told})  # type: ignore[dict-item]
        form = form_for(Step(name), data, given=None, born=None, today=today)
        if not form.is_valid():
            raise BenchmarkError(f"{name}: {form.errors}")
        given[Step(name)] = form.value()
    return draft_json(given)
