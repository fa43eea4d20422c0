"""Who is offered the vaccine before exposure: the article's table of priority groups (R1-R9).

Each rule quotes its source line. Risk behaviour is any one of the listed ones, self-reported;
no test result or proof is ever asked (reading).
"""

from collections.abc import Callable
from types import MappingProxyType

from eligibility.domain.answers import Answers, Gender, Occupation
from eligibility.domain.decision import Setting


def _is_man_or_trans(answers: Answers) -> bool:
    return answers.gender in {Gender.MAN, Gender.TRANS}


def r1_man_or_trans_with_hiv_or_on_prep(answers: Answers) -> bool:
    """R1: «Menn eller transpersoner som har sex med menn, OG som er hivpositive ELLER står på
    hiv-PrEP».
    """
    return (
        _is_man_or_trans(answers)
        and answers.sex_with_men
        and (answers.hiv_positive or answers.on_prep)
    )


def r2_man_or_trans_selling_sex_to_men(answers: Answers) -> bool:
    """R2: «Menn eller transpersoner som selger sex til menn»."""
    return _is_man_or_trans(answers) and answers.sells_sex_to_men


def r3_risk_behaviour_and_recent_sti(answers: Answers) -> bool:
    """R3: «Menn eller transpersoner som har sex med menn, OG som har risikoatferd (hyppig
    partnerbytte, tilfeldig sex, gruppesex og chemsex), OG som har hatt syfilis, gonoré eller
    klamydia siste 24 måneder».
    """
    return (
        _is_man_or_trans(answers)
        and answers.sex_with_men
        and bool(answers.risk_behaviours)
        and bool(answers.sti_last_24_months)
    )


def r4_msm_or_trans_with_risk_behaviour(answers: Answers) -> bool:
    """R4: «Menn som har sex med menn og transpersoner, med risikoatferd (hyppig partnerbytte,
    tilfeldig sex, gruppesex og chemsex)».
    """
    man_with_men = answers.gender is Gender.MAN and answers.sex_with_men
    return (man_with_men or answers.gender is Gender.TRANS) and bool(answers.risk_behaviours)


def r6_exposed_health_worker(answers: Answers) -> bool:
    """R6: «Helsepersonell som er særlig utsatt for smitte gjennom sitt arbeid».

    The table says offered, the FAQ «kan vurderes»: offered, and the nurse confirms the workplace
    (reading).
    """
    return answers.occupation is Occupation.EXPOSED_HEALTH_WORKER


def r7_live_virus_laboratory(answers: Answers) -> bool:
    """R7: «Laboratoriepersonell som arbeider med levende apekoppevirus»."""
    return answers.occupation is Occupation.LIVE_VIRUS_LAB


GroupRule = Callable[[Answers], bool]

PRIORITY_GROUPS: MappingProxyType[int, MappingProxyType[str, GroupRule]] = MappingProxyType(
    {
        1: MappingProxyType(
            {
                "R1": r1_man_or_trans_with_hiv_or_on_prep,
                "R2": r2_man_or_trans_selling_sex_to_men,
            }
        ),
        2: MappingProxyType({"R3": r3_risk_behaviour_and_recent_sti}),
        3: MappingProxyType(
            {
                "R4": r4_msm_or_trans_with_risk_behaviour,
                "R6": r6_exposed_health_worker,
                "R7": r7_live_virus_laboratory,
            }
        ),
    }
)


def group_rules_that_fire(answers: Answers) -> frozenset[str]:
    """Return the ids of R1-R4, R6 and R7 that hold, also for an exposed person."""
    return frozenset(
        rule_id
        for rules in PRIORITY_GROUPS.values()
        for rule_id, rule in rules.items()
        if rule(answers)
    )


def best_group(fired: frozenset[str]) -> int | None:
    """Return the best (lowest) group of the rules that fired, or None."""
    for group, rules in PRIORITY_GROUPS.items():
        if not fired.isdisjoint(rules):
            return group
    return None


def r8_in_no_group_and_not_exposed(answers: Answers, group: int | None) -> bool:
    """R8: «Vaksinen tilbys derfor kun til personer med risiko for smitte og til nærkontakter»."""
    return group is None and answers.exposure is None


def r9_setting(group: int | None) -> Setting | None:
    """R9: group 1 «i spesialisthelsetjenesten nå», groups 2 and 3 «i kommunehelsetjenesten nå».

    R2 people without a specialist are taken by the hospital clinic (reading), so group 1 is
    specialist throughout.
    """
    if group is None:
        return None
    return Setting.SPECIALIST if group == 1 else Setting.MUNICIPAL
