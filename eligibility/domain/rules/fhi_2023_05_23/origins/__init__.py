"""Where the rules come from in the article, in its own words; our readings have none.

The tests look each heading and quote up in the article.
"""

from eligibility.domain.rules.fhi_2023_05_23.origins.doses import DOSES_AND_STOPS
from eligibility.domain.rules.fhi_2023_05_23.origins.groups import OFFER_AND_EXPOSURE
from eligibility.domain.rules.fhi_2023_05_23.origins.telling import VISIT_AND_AFTERWARDS
from eligibility.domain.rules.origin import Chapter, Origin

READINGS = tuple(Origin(f"A{number}", Chapter.READINGS) for number in range(1, 14))
ORIGINS = (*OFFER_AND_EXPOSURE, *DOSES_AND_STOPS, *VISIT_AND_AFTERWARDS, *READINGS)
