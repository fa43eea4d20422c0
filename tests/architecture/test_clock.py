"""Only what the world calls asks what time it is: everything below is told."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

ASKS = re.compile(r"\b(timezone\.now|datetime\.now|date\.today|time\.time|utcnow|localdate)\b")
# Entry points: requests with their forms, the admin, tasks, commands, migrations; access rules;
# receivers of a third party's signals.
MAY_ASK = re.compile(
    r"/(views|admin|forms|templatetags|migrations|management)/"
    r"|/(views|\w+_views|admin|\w+_admin|admin_filters|tasks|permissions|receivers)\.py$"
    r"|/(middleware|\w+_middleware)\.py$"
)


def sources():
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent == settings.BASE_DIR and app.name != "mpoxclinic":
            yield from folder.rglob("*.py")


def asking():
    return {str(path) for path in sources() if ASKS.search(path.read_text())}


def test_services_models_and_domain_are_told_the_time():
    assert sorted(path for path in asking() if not MAY_ASK.search(path)) == []


def test_there_are_some_who_ask():
    assert any(path.endswith("appointments/tasks.py") for path in asking())
