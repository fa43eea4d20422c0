from tests.appointments.cases.way import alice, clinic, mailbox, moment

__all__ = ["alice", "clinic", "mailbox", "moment"]
