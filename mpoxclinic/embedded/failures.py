"""What ends the launcher before or beside its command."""


class EmbeddedError(Exception):
    """The servers cannot run. The text is for a person and says what to do."""


class Stopped(Exception):  # noqa: N818 - a person's wish, not an error
    """A signal asked the launcher to stop before its command had begun."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum
