"""The product's settings, plus what makes a page that asks the database in a loop fail its test."""

from mpoxclinic.settings import *  # noqa: F403
from mpoxclinic.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = ["zeal", *INSTALLED_APPS]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
# Django reads a session again after its key changed, once in each of its own steps.
ZEAL_ALLOWLIST = [{"model": "sessions.Session", "field": "get()"}]
