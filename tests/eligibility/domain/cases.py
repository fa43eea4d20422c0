"""People and answers that the tests of the rules share.

Kim can be anybody: an adult who fits no group. Martin is a man who has sex with men, with casual
partners: group 3, nothing else to tell. Both are assessed on ON.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from eligibility.domain.answers import (
    Allergy,
    Answers,
    Contact,
    Exposure,
    Gender,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    RiskBehaviour,
    SmallpoxEvidence,
    Sti,
)
from eligibility.domain.decision import Decision
from eligibility.domain.rules import decide, rule_set_named

RULE_SET = rule_set_named("fhi-2023-05-23")
ON = date(2024, 6, 1)
ADULT = date(1990, 5, 5)
BORN_1970 = date(1970, 5, 5)
TEENAGER = date(2009, 5, 5)
CHILD = date(2019, 5, 5)

MAN_WITH_MEN: dict[str, Any] = {"gender": Gender.MAN, "sex_with_men": True}
CASUAL = frozenset({RiskBehaviour.CASUAL_SEX})
MARTIN: dict[str, Any] = {**MAN_WITH_MEN, "risk_behaviours": CASUAL}
VACCINATED_AGAINST_SMALLPOX: dict[str, Any] = {
    "date_of_birth": BORN_1970,
    "smallpox_evidence": SmallpoxEvidence.SCAR,
}


def kim(**answers: Any) -> Answers:
    """Return the answers of an adult who fits no group, with changes."""
    return Answers(**({"date_of_birth": ADULT, "assessed_on": ON} | answers))


def martin(**answers: Any) -> Answers:
    """Return the answers of a person in group 3 who is eligible, with changes."""
    return kim(**(MARTIN | answers))


def dose(
    days_ago: int = 40,
    indication: Indication = Indication.PPV,
    *,
    abroad: bool = False,
    documented: bool = True,
) -> PreviousDose:
    """Return an earlier dose, counted unless it is abroad and not documented."""
    return PreviousDose(ON - timedelta(days=days_ago), indication, abroad, documented)


def pepv_dose(days_ago: int = 40, *, abroad: bool = False) -> PreviousDose:
    """Return an earlier, counted dose after exposure."""
    return dose(days_ago, Indication.PEPV, abroad=abroad)


UNDOCUMENTED = dose(abroad=True, documented=False)


def exposed(days_ago: int = 2, contact: Contact = Contact.SEXUAL) -> Exposure:
    """Return an exposure some days before ON."""
    return Exposure(ON - timedelta(days=days_ago), contact)


def decided(answers: Answers) -> Decision:
    """Decide by the first rule set."""
    return decide(answers, RULE_SET)


def any_answers() -> st.SearchStrategy[Answers]:
    """Any answers that the contract allows, with dates near the limits of the rules.

    One byte chooses each answer: drawing the fields one by one is many times slower. Byte 0 is
    always the least to tell, so a failing case shrinks to what matters.
    """
    return st.binary(min_size=BYTES, max_size=BYTES).map(_answers_from)


def _none_one_or_all(kind: type[Any]) -> list[frozenset[Any]]:
    values = list(kind)
    return (
        [frozenset()] * len(values) + [frozenset({value}) for value in values] + [frozenset(kind)]
    )


YES_OR_NO = [False, True]
# A stop at every second question would leave nobody eligible.
SELDOM = [False] * 9 + [True]
CHOICES: dict[str, list[Any]] = {
    "gender": [Gender.WOMAN, Gender.MAN, Gender.TRANS, Gender.OTHER],
    "sex_with_men": YES_OR_NO,
    "sells_sex_to_men": YES_OR_NO,
    "hiv_positive": YES_OR_NO,
    "on_prep": YES_OR_NO,
    "risk_behaviours": _none_one_or_all(RiskBehaviour),
    "sti_last_24_months": _none_one_or_all(Sti),
    "occupation": list(Occupation),
    "pregnant": SELDOM,
    "breastfeeding": YES_OR_NO,
    "immunosuppressed": [Immunosuppressed.NO, Immunosuppressed.YES, Immunosuppressed.UNSURE],
    "smallpox_evidence": list(SmallpoxEvidence),
    "allergies": [frozenset()] * 14 + _none_one_or_all(Allergy),
    "fever_over_38": SELDOM,
    "mpox_symptoms": SELDOM,
    "had_mpox": SELDOM,
    "keloid_tendency": YES_OR_NO,
    "atopic_eczema": YES_OR_NO,
    "mpox_after_dose": SELDOM,
    "local_reaction_persists": SELDOM,
    "continuing_risk": YES_OR_NO,
}
EXPOSURES = [None, None, *Contact]
BIRTHS = [
    ADULT,
    BORN_1970,
    date(1975, 12, 31),
    date(1976, 1, 1),
    date(2008, 2, 29),
    TEENAGER,
    CHILD,
    date(1900, 1, 1),
]
BYTES = len(CHOICES) + 3 + 2 + 1 + 3 * 2


def _answers_from(drawn: bytes) -> Answers:
    values = iter(drawn)
    on = ON + timedelta(days=next(values) * 8 - next(values))
    born = BIRTHS[next(values) % len(BIRTHS)]
    contact, exposed_days = EXPOSURES[next(values) % len(EXPOSURES)], next(values) % 20
    doses = []
    for _ in range(next(values) % 4):
        days, kind = next(values) % 60, next(values)
        doses.append(
            PreviousDose(
                given_on=on - timedelta(days=days),
                indication=Indication.PEPV if kind & 1 else Indication.PPV,
                abroad=bool(kind & 2),
                documented=not kind & 4,
            )
        )
    chosen = {field: choices[next(values) % len(choices)] for field, choices in CHOICES.items()}
    return Answers(
        date_of_birth=born,
        assessed_on=on,
        exposure=Exposure(on - timedelta(days=exposed_days), contact) if contact else None,
        previous_doses=tuple(doses),
        **chosen,
    )
