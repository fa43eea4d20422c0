"""A fresh demo on servers of its own, and Chromium to look at it: for the scripts of this folder.

Started in the embedded servers' environment, with ``MPOX_VAR`` set to an empty folder.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[1]
PORT = os.environ.get("MPOX_PORT", "8321")
HOME = f"http://127.0.0.1:{PORT}"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
if str(CHECKOUT) not in sys.path:
    sys.path.insert(0, str(CHECKOUT))


@contextmanager
def served_demo() -> Iterator[Browser]:
    """Run the demo as ``make run`` does, with web server, worker and beat; stop it at the end."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "mpoxclinic.run"],
        cwd=CHECKOUT,
        env=os.environ | {"MPOX_DEMO": "1", "MPOX_PORT": PORT},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout
        if not any("| Open http" in line for line in demo.stdout):
            raise SystemExit("the demo did not start")
        with sync_playwright() as playwright:
            yield playwright.chromium.launch(
                executable_path=os.environ.get("MPOX_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
            )
    finally:
        demo.terminate()
        demo.communicate(timeout=30)


def open_page(chromium: Browser, width: int, height: int, *, scale: float = 1) -> Page:
    """Open a page in a browser of its own, for a reader of Bokmål."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="nb-NO", device_scale_factor=scale
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page
