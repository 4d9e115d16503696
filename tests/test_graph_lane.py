"""The lane of a build: writes beside reading, one at a time, and what they raise is not lost."""

import threading

import pytest

from graph.lane import Lane
from ontology.errors import StoreError


def test_the_caller_goes_on_while_a_piece_is_done() -> None:
    gate, done = threading.Event(), list[str]()

    def first() -> None:
        assert gate.wait(10)
        done.append("first")

    with Lane() as lane:
        lane.send(first)
        assert not done
        gate.set()
        lane.send(lambda: done.append("second"))
        assert done[:1] == ["first"]
        lane.wait()
        assert done == ["first", "second"]


def test_an_error_is_raised_before_the_next_piece_begins() -> None:
    begun = list[str]()

    def full() -> None:
        raise StoreError("no space left on device")

    with Lane() as lane:
        lane.send(full)
        with pytest.raises(StoreError, match="no space left"):
            lane.send(lambda: begun.append("next"))
    assert not begun


def test_an_error_of_the_last_piece_is_raised_at_the_end_of_the_block() -> None:
    def full() -> None:
        raise StoreError("no space left on device")

    with pytest.raises(StoreError, match="no space left"), Lane() as lane:
        lane.send(full)


def test_leaving_with_an_error_waits_for_the_piece_in_hand_and_keeps_the_error() -> None:
    done = list[str]()

    def broken_off() -> None:
        with Lane() as lane:
            lane.send(lambda: done.append("piece"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert done == ["piece"]
