from notifications.domain.faults import place_of


def test_an_error_is_named_with_its_place_and_without_its_words() -> None:
    try:
        int("alice@example.org")
    except ValueError as error:
        named = place_of(error)

    assert named.startswith("ValueError at ")
    assert named.endswith("test_faults.py:6")
    assert "alice" not in named


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("alice")) == "ValueError at nowhere"
