"""Answering the questions in the browser as Alice does."""

from tests.browser import Visitor

# A person in group 3 (R4), two doses in the skin (R16).
ALICE = {
    "fodselsdato": "14.03.1991",
    "symptomer": "no",
    "smitte": "no",
    "allergi": "none",
    "tidligere-sykdom": "no",
    "tidligere": "0",
    "arbeid": "none",
    "kjonn": "man",
    "partnere": "yes",
    "forebygging": "no",
    "oppfolging": "no",
    "betaling": "no",
    "vaner": "casual_sex",
    "prover": "none",
    "barndom": "none",
    "immunforsvar": "no",
    "graviditet": "none",
    "hud": "none",
}
LATEST_STEP = 30


def answer_all(visitor: Visitor, continue_button: str, **other_answers: str) -> list[str]:
    """Answer question by question until the result; return the questions asked."""
    answers = ALICE | other_answers
    asked: list[str] = []
    while "/sjekk/svar/" not in visitor.page.url:
        step = visitor.page.url.rstrip("/").rpartition("/")[2]
        asked.append(step)
        assert len(asked) < LATEST_STEP, asked
        if step == "fodselsdato":
            visitor.page.fill("input[name=answer]", answers[step])
        else:
            field = "number" if step == "tidligere" else "answer"
            visitor.page.check(f"input[name={field}][value='{answers[step]}']")
        visitor.press(continue_button)
    return asked
