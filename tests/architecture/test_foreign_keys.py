"""Foreign keys point the way imports do: from the apps above to the apps below."""

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey

OURS = [
    "care",
    "appointments",
    "eligibility",
    "vaccinations",
    "patients",
    "notifications",
    "clinics",
    "audit",
]


def foreign_keys():
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.local_fields:
                if isinstance(field, ForeignKey):
                    yield field


def test_no_foreign_key_points_upwards():
    upwards = [
        str(field)
        for field in foreign_keys()
        if field.related_model._meta.app_label in OURS
        and OURS.index(field.related_model._meta.app_label)
        < OURS.index(field.model._meta.app_label)
    ]
    assert list(foreign_keys()), "there are foreign keys to look at"
    assert upwards == []


def test_the_audit_table_has_no_foreign_keys_and_care_has_no_tables():
    assert [str(f) for f in foreign_keys() if f.model._meta.app_label == "audit"] == []
    assert list(apps.get_app_config("care").get_models()) == []


def test_every_app_is_in_the_list():
    installed = {name for name in settings.INSTALLED_APPS if "." not in name}
    not_ours = {"crispy_forms", "django_htmx", "csp", "allauth", "django_migration_linter", "zeal"}
    assert installed - not_ours - {"mpoxclinic"} == set(OURS)
