"""Measurements with bars: ``make bench``, or one by itself: ``python -m benchmarks.booking``.

They need the servers' addresses, as ``mpoxclinic.embedded`` sets them. Django is loaded here, so
that the modules can import models; under pytest it is already.
"""

import os

import django
from django.apps import apps

if not apps.ready:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
