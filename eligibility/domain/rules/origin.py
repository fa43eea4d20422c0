"""Where each rule of a set comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Chapter(StrEnum):
    """What a rule is about."""

    OFFER = "offer"
    EXPOSURE = "exposure"
    DOSES = "doses"
    STOPS = "stops"
    VISIT = "visit"
    AFTERWARDS = "afterwards"
    READINGS = "readings"


@dataclass(frozen=True, slots=True)
class Origin:
    """A rule's id, its chapter, and the guideline's heading and words that it rests on.

    Words left out in between are "[...]". Heading and words are "" where the guideline says nothing
    of it and the rule is our reading.
    """

    rule_id: str
    chapter: Chapter
    heading: str = ""
    quote: str = ""

    @property
    def is_reading(self) -> bool:
        """Whether the rule is ours as a whole."""
        return not self.quote
