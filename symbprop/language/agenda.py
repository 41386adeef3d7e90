"""An agenda: what is still to be looked at, in one order for good, the first first.

Whoever looks knows what a finding changes, and puts on it what depends on that.  Law: an item that
is not on it has been looked at since anything that it depends on has changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Agenda(Generic[Item]):
    """All items in the beginning; ``put`` brings one back."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = list(items)
        self._numbers = {item: number for number, item in enumerate(self._items)}
        self._listed = set(range(len(self._items)))
        # In rising order, as a heap is.
        self._waiting = list(range(len(self._items)))
        self._next_round: list[int] = []
        self._at = -1

    def __bool__(self) -> bool:
        return bool(self._waiting or self._next_round)

    def put(self, item: Item) -> None:
        """Have an item looked at again; what is none of these is nobody's to look at.

        A round that has come to it already leaves it to the next.
        """
        number = self._numbers.get(item)
        if number is None or number in self._listed:
            return
        self._listed.add(number)
        if number > self._at:
            heapq.heappush(self._waiting, number)
        else:
            self._next_round.append(number)

    def round(self) -> Iterator[Item]:
        """What waits, each once and in its turn, with what is put on behind that."""
        while self._waiting:
            self._at = self._take()
            yield self._items[self._at]
        self._waiting, self._next_round, self._at = sorted(self._next_round), [], -1

    def any(self, finds: Callable[[Item], bool]) -> bool:
        """Whether one finds something; those behind the first that does wait for another time."""
        while self._waiting:
            if finds(self._items[self._take()]):
                return True
        return False

    def _take(self) -> int:
        number = heapq.heappop(self._waiting)
        self._listed.discard(number)
        return number


__all__ = ["Agenda"]
