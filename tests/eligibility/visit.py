"""Somebody with a browser of their own, answering the questions through Django's test client."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from tests.journeys.answers import ALICE as ALICE_IN_THE_BROWSER

# As Alice answers in the browser; here a question with several fields has a mapping of them.
ALICE = {
    **ALICE_IN_THE_BROWSER,
    "tidligere": {"number": "0"},
    "senere-sykdom": "no",
    "fremover": "yes",
}
RESULT = "/sjekk/svar/"
TALK = "/sjekk/snakk-med-oss/"
GUARDIAN = "/sjekk/foresatt/"


class Visit:
    """A browser and what it shows."""

    def __init__(self) -> None:
        self.client = Client()
        self.page = HttpResponse()

    def get(self, path: str) -> HttpResponse:
        """Open an address and follow where it leads."""
        return self._show(self.client.get(path, follow=True))

    def post(self, path: str, data: dict[str, object] | None = None) -> HttpResponse:
        """Send a form and follow where it leads."""
        return self._show(self.client.post(path, data or {}, follow=True))

    def begin(self) -> "Visit":
        """Start from the first question."""
        self.post("/sjekk/")
        return self

    def answer(self, step: str, given: object) -> HttpResponse:
        """Answer one question; a mapping holds the fields of a question with several."""
        data = given if isinstance(given, dict) else {"answer": given}
        return self.post(f"/sjekk/{step}/", data)

    def answer_all(self, until: str = RESULT, **changed: object) -> list[str]:
        """Answer question by question as Alice but for what is changed; return the steps asked."""
        answers = ALICE | {step.replace("_", "-"): given for step, given in changed.items()}
        asked: list[str] = []
        if not self.path.startswith("/sjekk/"):
            self.begin()
        while self.path not in {RESULT, TALK, GUARDIAN, until}:
            step = self.path.split("/")[2]
            asked.append(step)
            assert len(asked) < 30, asked
            self.answer(step, answers[step])
        return asked

    @property
    def path(self) -> str:
        """The address of the page that is shown, without the query."""
        return str(self.page.request["PATH_INFO"]) if hasattr(self.page, "request") else ""

    @property
    def html(self) -> str:
        """The page as it was sent."""
        return self.page.content.decode()

    @property
    def title(self) -> str:
        """The page's title."""
        return unescape(re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)[1]).strip()

    @property
    def words(self) -> str:
        """What the reader sees, with single spaces."""
        body = re.sub(r"<head>.*?</head>", "", self.html, flags=re.DOTALL)
        return " ".join(unescape(strip_tags(body)).split())

    @property
    def unfolded(self) -> str:
        """What the reader sees without opening anything."""
        open_html = re.sub(r"<details.*?</details>", "", self.html, flags=re.DOTALL)
        return " ".join(unescape(strip_tags(open_html)).split())

    def shows(self, *words: str) -> None:
        """Assert that the page says these words."""
        for each in words:
            assert each in self.words, f"«{each}» is not on {self.path}: {self.words}"

    def _show(self, response: HttpResponse) -> HttpResponse:
        self.page = response
        return response
