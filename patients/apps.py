from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        """Tell the outbox how a person stops messages, and which messages are sent from here."""
        from notifications.services.stopping import register_stop_links
        from patients.reminders import register_kinds
        from patients.services.stops import stop_links

        register_stop_links(stop_links)
        register_kinds()
