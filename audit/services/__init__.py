"""Writing the access log, sealing it and looking whether it is whole."""

from audit.services.recording import record, record_many

__all__ = ["record", "record_many"]
