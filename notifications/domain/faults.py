"""Names errors for the log."""


def place_of(error: Exception) -> str:
    """Name an error and where it was raised. Never its text: that can hold personal data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} at {place}"
