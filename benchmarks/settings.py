"""The demo's settings without what slows it down: debugging, and messages written to files."""

from mpoxclinic.settings import *  # noqa: F403
from mpoxclinic.settings import CACHES, REDIS_URL

DEBUG = False
ROOT_URLCONF = "benchmarks.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REDIS_URL = f"{REDIS_URL.partition('?')[0]}?db=15"
CACHES["default"]["LOCATION"] = REDIS_URL
