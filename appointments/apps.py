from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Vaksinasjonsdager og timer")

    def ready(self) -> None:
        """Tell the outbox which messages this app sends, and the stock what is promised of it."""
        from appointments.reminders import register_kinds
        from appointments.services.promises import promises
        from vaccinations.services.shortages import register_promises

        register_kinds()
        register_promises(promises)
