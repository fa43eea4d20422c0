"""Small counts are hidden, and no arithmetic with what is shown finds them."""

from itertools import product

from clinics.domain.small_counts import SMALLEST_SHOWN, shown_counts, shown_total


def possible(shown, total):
    """List every way to fill in what is hidden, given the total (up to 12 where that is hidden)."""
    gaps = [name for name, count in shown.items() if count is None]
    known = sum(count for count in shown.values() if count is not None)
    for fill in product(range(13), repeat=len(gaps)):
        if total is None or known + sum(fill) == total:
            yield dict(zip(gaps, fill, strict=True))


def test_no_small_count_follows_from_what_is_shown():
    """All counts of three parts from 0 to 12, each as somebody who subtracts would read them."""
    tried = 0
    for parts in product(range(13), repeat=3):
        counts = dict(enumerate(parts))
        shown, total = shown_counts(counts), shown_total(counts)
        for name, count in counts.items():
            small = 0 < count < SMALLEST_SHOWN
            assert not (small and shown[name] is not None), counts
            assert shown[name] in (None, count)
            if small:
                guesses = {guess[name] for guess in possible(shown, total)}
                assert len(guesses) > 1, (counts, shown, total)
        assert total in (None, sum(parts))
        if not any(0 < count < SMALLEST_SHOWN for count in parts):
            assert (shown, total) == (counts, sum(parts)), "nothing is hidden without need"
        tried += 1
    assert tried == 2197


def test_the_examples():
    assert shown_counts({1: 12, 2: 3, 3: 20}) == {1: None, 2: None, 3: 20}
    assert shown_counts({1: 12, 2: 3, 3: 4}) == {1: 12, 2: None, 3: None}
    assert shown_counts({1: 1, 2: 1, 3: 9}) == {1: None, 2: None, 3: None}
    assert shown_counts({1: 0, 2: 7}) == {1: 0, 2: 7}
    assert shown_counts({1: 3}) == {1: None}
    assert shown_total({1: 3}) is None
    assert shown_total({1: 1, 2: 1, 3: 9}) == 11
    assert shown_total({}) == 0
