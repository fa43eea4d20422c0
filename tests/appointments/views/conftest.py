from tests.appointments.views.line import alice, evening, mailbox, moment

__all__ = ["alice", "evening", "mailbox", "moment"]
