"""A registry: things that rooms declare at start-up and that others look up by code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Unique code → thing, kept in order of registration.

    Registering the same code twice raises ``ValueError`` unless it is the very same object, so that two rooms
    can never silently overwrite one another.
    """

    def __init__(self, name: str, key: Callable[[T], str]) -> None:
        self.name = name
        self._key = key
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add ``item`` under its key and return it."""
        key = self._key(item)
        known = self._items.get(key)
        if known is not None and known is not item and known != item:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._items[key] = item
        return item

    def register_all(self, items: list[T] | tuple[T, ...]) -> None:
        """Add each of ``items``."""
        for item in items:
            self.register(item)

    def get(self, key: str) -> T:
        """The thing registered under ``key``; raises ``KeyError`` that names the registry."""
        try:
            return self._items[key]
        except KeyError:
            raise KeyError(f"{self.name}: nothing is registered under {key!r}") from None

    def find(self, key: str) -> T | None:
        """The thing registered under ``key``, or ``None``."""
        return self._items.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)
