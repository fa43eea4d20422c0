"""What we hand out and keep: spreadsheets that run nothing, and a repository without secrets."""

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import time_machine
from django.conf import settings as configured
from django.test import Client

from care.csv_file import csv_text
from clinics.domain.roles import Role
from clinics.models import Clinic
from patients.models import Patient
from tests.access.logins import log_in
from tests.access.objects import NOW, Objects, address_of, make_objects, make_staff
from tests.access.pages import all_pages
from vaccinations.models import Lot, Product

ROOT: Path = configured.BASE_DIR
FORMULA = "=cmd|' /C calc'!A0"
STARTS = "=+-@\t\r\n＝＋－＠"
FILES = {
    "desk:access_log_csv",
    "dayboard:day_report_csv",
    "desk:day_reports_csv",
    "desk:recall_csv",
    "desk:registry_csv",
}
# What secrets look like, whoever made them.
SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abps]-[A-Za-z0-9-]{20,}|\bsk_live_[A-Za-z0-9]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\."
    r"|\bdemo-[A-Za-z0-9_-]{43,}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}"
    r"|(?:SECRET_KEY|FIELD_KEYS|LOOKUP_KEYS?|TOKEN|PASSWORD)\s*[=:]\s*[\"']?(?=[\w-]*\d)[\w+/-]{32,}"
)
NEVER_TRACKED = re.compile(
    r"(^|/)(\.env[^/]*|id_(rsa|ed25519)|demo-keys/.*|.*\.(pem|key|p12|pfx|sqlite3|dump|age))$"
)


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def test_no_cell_of_any_file_is_a_formula(objects: Objects, client: Client) -> None:
    """In every file there is, with a formula in every text that people and clinics have typed."""
    for patient in Patient.objects.all():
        patient.given_name = patient.family_name = FORMULA
        patient.save()
    Clinic.objects.update(name=FORMULA, discreet_name=FORMULA)
    for named, field in ((Product, "name"), (Lot, "number")):  # no two may be alike
        for row in named.objects.all():
            named.objects.filter(pk=row.pk).update(**{field: f"{FORMULA}{row.pk}"})
    staff = make_staff("lena", *((objects.clinic, role) for role in Role))
    type(staff).objects.update(name=FORMULA)
    log_in(client, staff)
    names, cells = set(), 0
    for page in all_pages():
        if "csv" not in page.form or "admin" in page.form:
            continue
        response = client.get(address_of(page, objects))
        assert response.headers["Content-Type"].startswith("text/csv"), page
        assert response.headers["Content-Disposition"].startswith("attachment"), page
        assert "no-store" in response.headers["Cache-Control"], page
        names.add(page.name)
        text = response.content.decode().removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
            cells += len(row)
            assert [cell for cell in row if cell.lstrip().startswith(tuple(STARTS))] == [], page

    assert names == FILES
    assert cells > 60


def test_no_sign_that_begins_a_formula_gets_through() -> None:
    nasty = [f"{before}{start}1+1" for start in STARTS for before in ("", " ", "\u00a0", "\u200b")]
    written = csv_text([[one] for one in nasty]).removeprefix("\ufeff")
    read = [row[0] for row in csv.reader(io.StringIO(written, newline=""), delimiter=";")]

    assert read == [f"'{one}" for one in nasty]


def test_every_file_is_written_in_one_place() -> None:
    others = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and not path.is_relative_to(ROOT / "tests")
        if re.search(r"^(import csv|from csv )", path.read_text(), re.MULTILINE)
    ]

    assert others == ["care/csv_file.py"]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_secret_lies_in_the_repository() -> None:
    files = [path for path in tracked() if path.is_file()]
    assert len(files) > 900
    found = [
        str(path.relative_to(ROOT))
        for path in files
        if NEVER_TRACKED.search(path.relative_to(ROOT).as_posix())
        or (path.suffix not in {".mo", ".png", ".woff2"} and SHAPES.search(_text(path)))
    ]

    assert found == []


def test_a_secret_would_be_noticed() -> None:
    noticed = [
        "-----BEGIN " + "PRIVATE KEY-----",
        'SECRET_KEY = "' + "a1" * 20 + '"',
        "MPOX_LOOKUP_KEY=" + "b2" * 20,
        "demo-" + "c" * 50,
    ]
    assert [text for text in noticed if not SHAPES.search(text)] == []
    names = (".env", "var/demo-keys/x", "a.pem")
    assert [name for name in names if not NEVER_TRACKED.search(name)] == []


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")
