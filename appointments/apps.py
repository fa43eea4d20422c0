from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"

    def ready(self) -> None:
        """Tell the outbox which messages this app sends."""
        from appointments.reminders import register_kinds

        register_kinds()
