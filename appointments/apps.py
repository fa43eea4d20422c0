from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Vaksinasjonsdager og timer")

    def ready(self) -> None:
        """Tell the outbox which messages this app sends."""
        from appointments.reminders import register_kinds

        register_kinds()
