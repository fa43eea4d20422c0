"""The product's settings, plus what makes a page that asks the database in a loop fail its test."""

from mpoxclinic.settings import *  # noqa: F403
from mpoxclinic.settings import INSTALLED_APPS, MIDDLEWARE, STAFF_LONGEST

INSTALLED_APPS = ["zeal", *INSTALLED_APPS]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_ALLOWLIST = [
    # Django reads a session again after its key changed, once in each of its own steps.
    {"model": "sessions.Session", "field": "get()"},
    # allauth's page looks a passkey up again in each of its own steps.
    {"model": "mfa.Authenticator", "field": "get()"},
    # The admin's formsets look up each row that they save by itself.
    {"model": "clinics.GroupOffer", "field": "get()"},
    {"model": "clinics.Membership", "field": "get()"},
]
# Tests move the clock within a day; those of idle log-ins say how long is too long.
STAFF_IDLE = STAFF_LONGEST
