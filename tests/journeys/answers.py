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


DATES = {"fodselsdato", "smittedato"}
# Where the questions end: the result, people to talk to, and a guardian's way.
ENDS = ("/sjekk/svar/", "/sjekk/snakk-med-oss/", "/sjekk/foresatt/")


def answer_all(
    visitor: Visitor, continue_button: str, *, looking: bool = True, **other_answers: str
) -> list[str]:
    """Answer question by question until the end; return the questions asked.

    Without ``looking`` the questions are not examined on the way, only the page that they lead to.
    """
    answers = ALICE | other_answers
    asked: list[str] = []
    go_on = visitor.press if looking else visitor.hurry
    while not visitor.page.url.endswith(ENDS):
        step = visitor.page.url.rstrip("/").rpartition("/")[2]
        asked.append(step)
        assert len(asked) < LATEST_STEP, asked
        if step in DATES:
            visitor.page.fill("input[name=answer]", answers[step])
        else:
            field = "number" if step == "tidligere" else "answer"
            visitor.page.check(f"input[name={field}][value='{answers[step]}']")
        go_on(continue_button)
    if not looking:
        visitor.look()
    return asked
