"""Bodies and addresses that no browser of a person sends.

Too long, torn and forged ones meet each form in tests/forms_walk; here every address meets what
cannot be read.
"""

import pytest
from django.test import Client

from tests.access.objects import Objects, address_of
from tests.access.pages import Page, all_pages
from tests.access.test_every_page import rows_written
from tests.attacks.world import Browsers, changed
from tests.forms_walk.rows import ROWS

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
# Every name that some form asks for.
NAMES = sorted({name for row in ROWS.values() for name in row.bad if "*" not in name})
_PART = b'--x\r\nContent-Disposition: form-data; name="answer"'


def is_ours(page: Page) -> bool:
    """Tell whether a page is not one of those that Django's admin has for every model."""
    theirs = ("_changelist", "_add", "_change", "_delete", "_history")
    return not page.name.startswith("admin:") or not page.name.endswith(theirs)


def everywhere(value: str) -> bytes:
    return "&".join(f"{name}={value}" for name in NAMES).encode()


BODIES = [
    (FORM, b"\xff\xfe=\xff&answer=\xc3\x28"),
    (FORM, everywhere("%00")),
    (FORM, everywhere("%ED%A0%80")),  # half a surrogate pair
    (FORM, b"&&&===&&&;;;"),
    (PARTS, _PART + b"\r\n\r\n\x00\xff\r\n--x--\r\n"),
    (PARTS, _PART + b'; filename="../../x"\r\n\r\nx\r\n--x--'),
    (PARTS, _PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n"),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
    ("application/json", b"[" * 100_000),
    ("text/xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
    (FORM + "; charset=utf-7", b"answer=+ADw-script+AD4-"),
    (FORM + "; charset=none-such", b"answer=x"),
]
# A button and no field: whatever is sent presses it.
BUTTONS = {name for name, row in ROWS.items() if not row.bad} | {
    *("patients:one_click", "portal:stop", "desk:messages_again", "admin:logout"),
    "admin:eligibility_rulesetinforce_take_back",
    "desk:portal_access",  # a tick: any value is one
}
PATHS = [
    "/static/../mpoxclinic/settings.py",
    "/static/%2e%2e/mpoxclinic/settings.py",
    "/static/..%2fmpoxclinic/settings.py",
    "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/static/....//....//etc/passwd",
    "/static/..\\..\\etc\\passwd",
    "/static//etc/passwd",
    "/static/%00",
    "/static/css/base.css%00.py",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/.git/config",
    "/.env",
    "/var/demo-keys/mpox_secret_key",
    "/manage.py",
    "/admin/../healthz/../etc/passwd",
    "/l/../../etc/passwd/",
    "/sted/..%2f..%2fetc%2fpasswd/",
]
SECRETS = ("root:", "SECRET_KEY", "[core]", "DJANGO")


@pytest.mark.filterwarnings("ignore:.*charset")
def test_no_body_breaks_any_page_or_changes_anything(objects: Objects) -> None:
    """Each page meets one kind, and each kind many pages, from a browser that is let in."""
    browsers, broken, tried = Browsers(objects), [], 0
    pages = [page for page in all_pages() if page.name not in BUTTONS and is_ours(page)]
    before = rows_written()
    for number, page in enumerate(pages):
        kind, body = BODIES[number % len(BODIES)]
        tried += 1
        answer = browsers.of(page).generic("POST", address_of(page, objects), body, kind)
        if answer.status_code >= 500:
            broken.append(f"{page} {kind} {body[:30]!r}: {answer.status_code}")

    assert broken == []
    assert tried > 200
    assert changed(before) == {}


def test_no_path_leads_out_of_what_is_served(client: Client, db: None) -> None:
    for path in PATHS:
        answer = client.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in {301, 302, 400, 404}, path
        assert not any(secret in content.decode(errors="replace") for secret in SECRETS), path
