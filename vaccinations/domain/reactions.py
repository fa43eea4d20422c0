"""The words of reactions after a dose, and which of them are to be reported (R42, R43)."""

from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    FAINTING = "fainting"
    ALLERGIC = "allergic"
    ANAPHYLAXIS = "anaphylaxis"
    LOCAL = "local"
    OTHER = "other"
    # The disease after one or two doses (R43).
    FAILURE = "failure"


class Seriousness(StrEnum):
    """Why a reaction is serious, by the criteria of melde.no's form; or that it is not."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITAL = "hospital"
    DISABILITY = "disability"
    CONGENITAL = "congenital"
    OTHER_IMPORTANT = "other_important"
    NOT_SERIOUS = "not_serious"


class Outcome(StrEnum):
    """How it ended, as far as the clinic knows."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    SEQUELAE = "sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"
    # The sheet was opened by mistake: nothing had happened.
    MISTAKE = "mistake"


class Through(StrEnum):
    """How a reaction became known to the authorities. Once is enough (R42)."""

    MELDE_NO = "melde_no"
    HELSENORGE = "helsenorge"
    # Any suspected reaction may be reported: somebody has decided that this one is not.
    NOT_REPORTED = "not_reported"


class Step(StrEnum):
    """What was done while it went on. No advice: staff choose and write what they did."""

    STARTED = "started"
    CALLED_113 = "called_113"
    CALLED_DOCTOR = "called_doctor"
    ADRENALINE = "adrenaline"
    AMBULANCE_CAME = "ambulance_came"
    HANDED_OVER = "handed_over"
    NOTE = "note"


# These say nothing without words: how much was given, what was seen.
NEEDS_TEXT = frozenset({Step.ADRENALINE, Step.NOTE})


def fits(seriousness: frozenset[Seriousness], outcome: Outcome) -> bool:
    """Tell whether how serious it was and how it ended do not contradict each other."""
    if not seriousness:
        return False
    if Seriousness.NOT_SERIOUS in seriousness and len(seriousness) > 1:
        return False
    return (Seriousness.DEATH in seriousness) == (outcome == Outcome.FATAL)
