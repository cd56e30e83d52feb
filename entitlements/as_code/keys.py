"""Reading plain mappings: what is wrong is said with the path of its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Given = Mapping[str, Any]
Read = TypeVar("Read")


class ConfigurationError(ValueError):
    """A configuration that cannot be used: the path of the key, and what is wrong with it."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


@contextmanager
def at_key(path: str) -> Iterator[None]:
    """Say at which key a value was wrong."""
    try:
        yield
    except ConfigurationError as fault:
        inner = f".{fault.path}" if fault.path and not fault.path.startswith("[") else fault.path
        raise ConfigurationError(f"{path}{inner}", fault.message) from None
    except (ValueError, TypeError, AttributeError, OverflowError) as fault:
        raise ConfigurationError(path, str(fault)) from None
    except KeyError as fault:
        raise ConfigurationError(path, f"“{fault.args[0]}” is missing or unknown") from None


def each(given: Given, key: str, read: Callable[[Given], Read]) -> list[Read]:
    """Read every entry of a list; what is wrong with one is said with its place."""
    found = []
    for place, one in enumerate(listed(given, key)):
        with at_key(f"{key}[{place}]"):
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
