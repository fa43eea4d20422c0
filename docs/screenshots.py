"""Make the pictures of the README from the demo: ``make screenshots``.

Runs in the embedded servers' environment: loads the demo, serves it, and walks it in Chromium.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django
from playwright.sync_api import Browser, Page, sync_playwright

PORT = os.environ.get("MPOX_PORT", "8321")
HOME = f"http://127.0.0.1:{PORT}"
PICTURES = Path(__file__).parent / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Load the demo, serve it, take the pictures, stop."""
    os.environ["MPOX_DEMO"] = "1"
    for command in ("migrate", "load_demo"):
        manage = [sys.executable, "manage.py", command]
        subprocess.run(manage, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", PORT, "mpoxclinic.wsgi:application"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_served()
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("MPOX_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
            )
            _picture_patient(chromium)
            _picture_nurse(chromium)
    finally:
        server.terminate()
        server.wait()


def _wait_until_served() -> None:
    for _ in range(100):
        try:
            urlopen(f"{HOME}/healthz")  # noqa: S310  # our own address
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"nothing answers on {HOME}")


def _page(chromium: Browser, width: int, height: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="nb-NO", device_scale_factor=2
    )
    return context.new_page()


def _picture_patient(chromium: Browser) -> None:
    """Answer the questions as the test's Alice does, as far as the times."""
    sys.path.insert(0, ".")
    from tests.journeys.answers import ALICE

    page = _page(chromium, 390, 844)
    page.goto(HOME)
    page.get_by_role("button", name="Sjekk om du får tilbud").click()
    page.wait_for_url("**/fodselsdato/")
    while "/sjekk/svar/" not in page.url:
        step = page.url.rstrip("/").rpartition("/")[2]
        if step == "fodselsdato":
            page.fill("input[name=answer]", ALICE[step])
        else:
            field = "number" if step == "tidligere" else "answer"
            page.check(f"input[name={field}][value='{ALICE[step]}']")
        with page.expect_navigation():
            page.get_by_role("button", name="Fortsett").click()
    page.get_by_role("link", name="Finn en time").click()
    page.wait_for_url("**/time/**")
    week = page.locator("select[name=uke] option").nth(1)
    if week.count():
        page.goto(f"{page.url}?uke={week.get_attribute('value')}")
    page.locator("input[name=slot]").first.check()
    page.screenshot(path=PICTURES / "patient.png")


def _picture_nurse(chromium: Browser) -> None:
    """Log Kari in and open the board of the session under way."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mpoxclinic.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from django.utils import timezone

    from clinics.services.demo_logins import DEMO_PASSWORD, demo_logins

    page = _page(chromium, 1280, 860)
    page.goto(f"{HOME}/ansatt/")
    page.fill("input[name=login]", "kari@demo.invalid")
    page.fill("input[name=password]", DEMO_PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Logg inn").click()
    [kari] = [
        login for login in demo_logins(now=timezone.now()) if login.staff.email.startswith("kari@")
    ]
    page.fill("input[name=code]", kari.code)
    with page.expect_navigation():
        page.get_by_role("button", name="Logg inn").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Åpne tavla").first.click()
    page.screenshot(path=PICTURES / "nurse.png")


if __name__ == "__main__":
    main()
