"""Work that waits for somebody else lets other work go on, and is ended when something fails."""

from __future__ import annotations

import pytest

from sync.client.side_by_side import Work, side_by_side, to_the_end


class Day:
    """What was done, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def work(self, name: str, pauses: int) -> Work[str]:
        """Do something with pauses; say how it ended."""
        try:
            for part in range(pauses):
                self.done.append(f"{name}{part}")
                yield
            self.done.append(f"{name} last")
        except GeneratorExit:
            self.done.append(f"{name} given up")
            raise
        return name

    def unnamed(self, name: str, pauses: int) -> Work[None]:
        """Do the same and return nothing."""
        yield from self.work(name, pauses)

    def failing(self) -> Work[None]:
        """Fail after a pause."""
        self.done.append("begun")
        yield
        raise ValueError("it failed")


def test_work_is_done_to_its_end() -> None:
    day = Day()
    assert to_the_end(day.work("a", 2)) == "a"
    assert day.done == ["a0", "a1", "a last"]


def test_others_go_on_while_one_waits_and_each_is_done_in_the_end() -> None:
    day = Day()
    side_by_side([day.unnamed("a", 2), day.unnamed("b", 0), day.unnamed("c", 1)])
    assert day.done == ["a0", "b last", "c0", "a1", "a last", "c last"]


def test_the_next_is_begun_only_when_those_before_wait() -> None:
    day = Day()

    def works() -> Work[None]:
        day.done.append("asked")
        return day.unnamed("a", 1)

    side_by_side(works() for _ in range(2))
    assert day.done == ["asked", "a0", "asked", "a0", "a last", "a last"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_fails_ends_the_others(place: int) -> None:
    day = Day()
    works = [day.unnamed("a", 1), day.unnamed("b", 1)]
    works.insert(place, day.failing())
    with pytest.raises(ValueError, match="it failed"):
        side_by_side(works)
    ended = {word.split()[0] for word in day.done if word.endswith(("given up", "last"))}
    assert ended == {"a", "b"}
