from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"

    def ready(self) -> None:
        """Tell the outbox which messages are sent from here."""
        from care.reminders import register_kinds

        register_kinds()
