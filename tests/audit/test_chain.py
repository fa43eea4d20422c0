"""Sealing and checking as plain functions: whatever is changed in rows or seals is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from audit.domain.chain import COLUMNS, Batch, gaps, key_id_of, line, runs_in, runs_in_text, seal
from audit.domain.verifying import Head, Wrong, check_chain, check_rows

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYS = ["newest key", "older key"]
text = st.text(max_size=8)
values = st.tuples(
    st.datetimes(NOW.replace(tzinfo=None), NOW.replace(tzinfo=None) + timedelta(minutes=1)).map(
        lambda at: at.replace(tzinfo=UTC)
    ),
    *[text] * 3,
    st.none() | st.integers(1, 9),
    st.none() | st.uuids(),
    *[text] * 4,
    st.none() | st.uuids(),
)
logs = st.lists(values, min_size=1, max_size=12).flatmap(
    lambda rows: st.tuples(
        st.just([(number, *row) for number, row in enumerate(rows, 1)]),
        # In which batch each row is; those that committed late are in a later one.
        st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)),
    )
)


def sealed(rows, batches):
    seals = []
    for number in sorted(set(batches)):
        batch = Batch()
        for row, at in zip(rows, batches, strict=True):
            if at == number:
                batch.add(row)
        seals.append(
            seal(
                batch,
                number=len(seals) + 1,
                previous=seals[-1].hash if seals else "",
                up_to=seals[-1].up_to if seals else 0,
                sealed_at=NOW + timedelta(minutes=number),
                key=KEYS[number % 2],
            )
        )
    return seals


def found(rows, seals, *, head=None, keys=KEYS):
    chain = check_chain(seals, keys={key_id_of(key): key for key in keys}, head=head)
    times = [None, *(one.sealed_at for one in seals)]
    by_row = sorted(zip(seals, times, strict=False), key=lambda pair: pair[0].first_id)
    return list(chain) + list(check_rows(rows, by_row, now=NOW + timedelta(hours=1)))


@given(logs)
def test_a_log_that_nobody_touched_is_whole_however_late_its_rows_came(log):
    rows, batches = log
    seals = sealed(rows, batches)
    assert found(rows, seals, head=Head(len(seals), seals[-1].hash)) == []


@given(logs, st.data())
def test_a_row_that_is_changed_removed_or_put_in_is_found(log, data):
    rows, batches = log
    seals = sealed(rows, batches)
    place = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(1, len(COLUMNS) - 1))
    changed = list(rows[place])
    changed[column] = f"{changed[column]}x" if column > 1 else changed[1] + timedelta(seconds=1)
    assert found([*rows[:place], tuple(changed), *rows[place + 1 :]], seals)
    [gone] = found([*rows[:place], *rows[place + 1 :]], seals)
    assert (gone.wrong, gone.ids) == (Wrong.ROWS_MISSING, str(place + 1))
    [more] = found([*rows, (len(rows) + 1, *rows[place][1:])], seals)
    assert (more.wrong, more.ids) == (Wrong.ROW_UNSEALED, str(len(rows) + 1))


@given(logs, st.data())
def test_a_seal_that_is_changed_removed_or_moved_is_found(log, data):
    rows, batches = log
    seals = sealed(rows, batches)
    head = Head(len(seals), seals[-1].hash)
    place = data.draw(st.integers(0, len(seals) - 1))
    one = seals[place]
    other = {"number": 9, "entries": 99, "sealed_at": NOW, "up_to": 99}
    for name, value in vars(one).items():
        changed = (
            replace(one, **{name: other.get(name, f"{value}0")})
            if name[-3:] != "_id"
            else (replace(one, **{name: "0" if name == "key_id" else value + 1}))
        )
        if changed != one:
            touched = [*seals[:place], changed, *seals[place + 1 :]]
            assert found(rows, touched, head=head), name
    assert found(rows, [*seals[:place], *seals[place + 1 :]], head=head)
    if len(seals) > 1:
        first, second = seals[:2]
        swapped = [replace(second, number=1), replace(first, number=2), *seals[2:]]
        assert found(rows, swapped, head=head)


@given(logs)
def test_without_the_key_no_seal_is_made_anew(log):
    rows, batches = log
    seals = sealed(rows, batches)
    assert {one.wrong for one in found(rows, seals, keys=["another"])} == {Wrong.KEY_UNKNOWN}
    forged = [replace(one, key_id=key_id_of("another")) for one in seals]
    assert found(rows, forged, keys=["another"])


@given(values, values)
def test_rows_that_differ_are_written_differently(one, other):
    assert (line(one) == line(other)) == (one == other)
    assert line(one).count(b"\n") == 1


def test_how_a_row_is_written_stays_so():
    row = (7, NOW, "staff", "3", "lead", 1, UUID(int=5), "person.read", "", "", "case", None)
    assert line(row).decode() == (
        '[7,"2026-03-02T09:00:00.000000+00:00","staff","3","lead",1,'
        '"00000000-0000-0000-0000-000000000005","person.read","","","case",null]\n'
    )


@given(st.sets(st.integers(1, 30), min_size=1), st.integers(0, 5))
def test_runs_are_read_as_they_are_written_and_gaps_are_what_is_left_out(ids, after):
    ordered = sorted(ids)
    starts = [one for one in ordered if one - 1 not in ids]
    ends = [one for one in ordered if one + 1 not in ids]
    runs = list(zip(starts, ends, strict=True))
    assert runs_in(runs_in_text(runs)) == runs
    left_out = {
        one for a, b in gaps(runs, after=after, up_to=ordered[-1]) for one in range(a, b + 1)
    }
    assert left_out == set(range(after + 1, ordered[-1] + 1)) - ids


def test_ids_that_no_seal_writes_are_refused():
    for odd in ("", "3-1", "2,1", "1,1", "1-2,2", " 1", "1-", "x", "01", "1-1"):
        try:
            runs_in(odd)
        except ValueError:
            continue
        raise AssertionError(odd)
    assert all(a < b for a, b in pairwise(range(3)))
