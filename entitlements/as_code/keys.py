"""Reading plain mappings: what is wrong is said with the path of its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Given = Mapping[str, Any]
Read = TypeVar("Read")


class ConfigurationError(ValueError):
    """A configuration that cannot be used: the keys that lead to what is wrong, and what is wrong with it."""

    def __init__(self, key: str | int, message: str, within: tuple[str | int, ...] = ()) -> None:
        self.parts = within if key == "" else (*within, key)
        self.message = message
        super().__init__(f"{self.path}: {message}" if self.parts else message)

    @property
    def path(self) -> str:
        """The keys as people write them: `timeline[1].do`."""
        written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.parts)
        return written.removeprefix(".")


@contextmanager
def at_key(*parts: str | int) -> Iterator[None]:
    """Say at which key a value was wrong."""
    try:
        yield
    except ConfigurationError as fault:
        raise ConfigurationError("", fault.message, (*parts, *fault.parts)) from None
    except (ValueError, TypeError, AttributeError, OverflowError) as fault:
        raise ConfigurationError("", str(fault), parts) from None
    except KeyError as fault:
        raise ConfigurationError("", f"“{fault.args[0]}” is missing or unknown", parts) from None


def each(given: Given, key: str, read: Callable[[Given], Read]) -> list[Read]:
    """Read every entry of a list; what is wrong with one is said with its place."""
    found = []
    for place, one in enumerate(listed(given, key)):
        with at_key(key, place):
            if not isinstance(one, Mapping):
                raise ConfigurationError("", f"an entry with keys is wanted here, not {one!r}")
            found.append(read(one))
    return found


def listed(given: Given, key: str) -> Sequence[Any]:
    """A list by its key; what is not given is empty."""
    found = given.get(key)
    if found is None:
        return ()
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise ConfigurationError(key, "a list is wanted here")
    return found
