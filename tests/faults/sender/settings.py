"""The product's settings for a worker whose carriers are a test's: journals and a mail server."""

import os
from pathlib import Path

from mpoxclinic.settings import *  # noqa: F403
from mpoxclinic.settings import INSTALLED_APPS, TEMPLATES, VAR_DIR

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.sender.apps.SenderConfig"]
TEMPLATES[0]["DIRS"] = [Path(__file__).parents[1] / "templates", *TEMPLATES[0]["DIRS"]]
JOURNAL_DIR = VAR_DIR / "journal"
SMS_GATEWAY = "tests.faults.sender.carriers.JournalSmsGateway"
SMS_SECONDS = float(os.environ.get("MPOX_FAULTS_SMS_SECONDS", "0"))
EMAIL_BACKEND = "tests.faults.sender.carriers.TellingEmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("MPOX_FAULTS_EMAIL_PORT", "0"))
EMAIL_USE_TLS = False
EMAIL_TIMEOUT = int(os.environ.get("MPOX_FAULTS_EMAIL_TIMEOUT", "15"))
