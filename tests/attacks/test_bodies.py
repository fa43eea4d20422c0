"""Bodies and addresses that no browser of a person sends."""

import pytest

from tests.access.objects import Objects, address_of
from tests.access.pages import all_pages
from tests.access.test_every_page import rows_written
from tests.attacks.world import browsers, changed

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
BODIES = [
    (FORM, b"\xff\xfe=\xff&answer=\xc3\x28"),
    (FORM, b"answer=%00&slot=%00&name=%00&velg=%00&code=%00"),
    (FORM, b"answer=%ED%A0%80&slot=%ED%A0%80&name=%ED%A0%80"),  # half a surrogate pair
    (FORM, b"&".join(b"f%d=x" % number for number in range(1001))),
    (FORM, b"answer=" + b"9" * 100_000),
    (FORM, b"&&&===&&&;;;"),
    (PARTS, b"--x\r\nContent-Disp"),
    (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00\xff\r\n--x--\r\n'),
    (
        PARTS,
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../x"\r\n\r\nx\r\n--x--',
    ),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"a":' * 10_000),
    ("text/xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"answer=+ADw-script+AD4-"),
    ("application/x-www-form-urlencoded; charset=none-such", b"answer=x"),
]
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


@pytest.mark.filterwarnings("ignore")
def test_no_body_breaks_any_page_or_changes_anything(objects: Objects) -> None:
    """Each address gets each kind of body once, from the browser that comes furthest."""
    found = browsers(objects)
    broken, tried = [], 0
    before = rows_written()
    pages = [page for page in all_pages() if page.name and not page.name.startswith("admin:")]
    for number, page in enumerate(pages):
        who = "the patient" if page.rule.name.startswith("own") else "a lead"
        # Every page meets four kinds, and every kind a quarter of the pages.
        for kind, body in BODIES[number % 4 :: 4]:
            if page.name in {"patients:stop", "patients:start", "patients:one_click"}:
                continue  # a button and no field: whatever is sent presses it
            tried += 1
            answer = found[who].generic("POST", address_of(page, objects), body, kind)
            if answer.status_code >= 500:
                broken.append(f"{page} {kind} {body[:30]!r}: {answer.status_code}")

    assert broken == []
    assert tried > 600
    written = changed(before)
    assert written == {}, written


def test_no_path_leads_out_of_what_is_served(objects: Objects) -> None:
    client = browsers(objects)["a lead"]
    secrets = ("root:", "SECRET_KEY", "[core]", "DJANGO")
    for path in PATHS:
        answer = client.get(path)
        content = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        ).decode(errors="replace")
        assert answer.status_code in {301, 302, 400, 404}, path
        assert not any(secret in content for secret in secrets), path


def test_deep_and_long_messages_to_the_program_s_door_are_refused(objects: Objects) -> None:
    client = browsers(objects)["nobody"]
    before = rows_written()
    for body in (b"", b"[" * 5000, b"{" * 5000, b"\xff" * 100, b'"' + b"x" * 5000 + b'"', b"1e999"):
        page = next(one for one in all_pages() if one.name == "notifications:sinch_receipt")
        answer = client.generic("POST", page.form, body, "application/json")
        assert answer.status_code in {400, 401, 403, 413}
    assert changed(before) == {}
