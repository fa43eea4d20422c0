"""The rule set of FHI's article «Informasjon om vaksine mot mpox (apekopper)» of 23.05.2023."""

from datetime import date

from eligibility.domain.rules.fhi_2023_05_23.deciding import NAME, decide, rescreen
from eligibility.domain.rules.fhi_2023_05_23.origins import ORIGINS
from eligibility.domain.rules.rule_set import RuleSet

RULE_SET = RuleSet(
    name=NAME,
    source="FHI, Informasjon om vaksine mot mpox (apekopper), 23.05.2023",
    valid_from=date(2023, 5, 23),
    origins=ORIGINS,
    decide=decide,
    rescreen=rescreen,
)
