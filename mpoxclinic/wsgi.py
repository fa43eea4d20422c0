"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from mpoxclinic.startup import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpoxclinic.settings")
application = get_wsgi_application()

# Servers of WSGI ask no checks; `manage.py` does.
refuse_unsafe_start()
