"""What a nurse finds about doses told of, and which of them are not our own (R40, R41, A8)."""

from datetime import date

import pytest

from eligibility.domain.answers import Indication, PreviousDose
from eligibility.domain.papers import Papers, ToldDose, given_elsewhere

DAY = date(2026, 9, 1)


def told(*, abroad: bool = True, documented: bool = True, on: date = DAY) -> PreviousDose:
    return PreviousDose(on, Indication.PPV, abroad=abroad, documented=documented)


@pytest.mark.parametrize(
    ("papers", "asked"),
    [(None, True), (Papers.NONE, True), (Papers.SEEN, False), (Papers.OURS, False)],
)
def test_papers_that_were_seen_are_not_asked_for_again(papers: Papers, asked: bool) -> None:
    assert ToldDose(told(), papers).to_confirm is asked


@pytest.mark.parametrize(
    ("abroad", "papers", "counts"),
    [
        (True, Papers.SEEN, True),
        (True, Papers.NONE, False),
        (False, Papers.SEEN, True),
        (False, Papers.NONE, True),
    ],
)
def test_a_dose_abroad_counts_just_where_papers_were_seen(
    abroad: bool, papers: Papers, counts: bool
) -> None:
    for documented in (True, False):
        found = ToldDose(told(abroad=abroad, documented=documented)).found(papers)
        assert found.dose.counts is counts
        assert found.papers is papers


def test_a_told_dose_that_is_our_own_is_not_elsewhere() -> None:
    other = told(on=date(2026, 8, 1))
    ours = told(abroad=False, on=date(2026, 9, 2))
    doses = [ToldDose(told(), Papers.OURS), ToldDose(ours, Papers.SEEN), ToldDose(other)]

    assert given_elsewhere(doses, [ours]) == [other]
