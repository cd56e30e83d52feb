"""What a file would change: objects added, changed, removed or not in it, field by field.

Sections that the file does not have are left alone. In a section that it has, what the file does not name is
reported and left alone too; but statuses, stages and priorities are whole lists, and so are the milestones of
a process: a process that differs in anything becomes a new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from entitlements.as_code.difference_lines import Line, lines_between, lines_of_process
from entitlements.as_code.normal import SECTIONS, Called, Entry, Normal, keyed

# Of these there is one at a time: when the file gives it to another, the one that has it loses it.
ONLY_ONE = ("default", "active")


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    NOT_IN_FILE = "not in the file"


@dataclass(frozen=True, slots=True)
class Change:
    """One object. `old` and `new` are its entries, where there are such."""

    kind: Kind
    section: str
    name: str
    called: Called = ()
    old: Entry = field(default_factory=dict)
    new: Entry = field(default_factory=dict)

    @property
    def makes_a_version(self) -> bool:
        """Whether a process differs in what a version of it says."""
        return _of_version(self.old) != _of_version(self.new)

    def lines(self) -> list[Line]:
        """What differs, in the order of the file."""
        if self.section == "entitlement_processes":
            return list(lines_of_process(self.old, self.new))
        return list(lines_between(self.old, self.new))


def _of_version(process: Entry) -> Entry:
    return {name: value for name, value in process.items() if name not in ("name", "description", "active")}


def differences(old: Normal, new: Normal) -> list[Change]:
    """In the order in which they can be made. Nothing differs: an empty list."""
    found = []
    if "settings" in new and old.get("settings") != new["settings"]:
        kind = Kind.CHANGED if "settings" in old else Kind.ADDED
        found.append(Change(kind, "settings", "settings", (), old.get("settings", {}), new["settings"]))
    for section in SECTIONS:
        if section in new:
            found += _in_section(section, keyed(section, old.get(section, ())), keyed(section, new[section]))
    return found


def to_make(changes: Iterable[Change]) -> list[Change]:
    """Without what is merely reported."""
    return [change for change in changes if change.kind is not Kind.NOT_IN_FILE]


def _in_section(section: str, old: dict[Called, Entry], new: dict[Called, Entry]) -> Iterator[Change]:
    for called, entry in new.items():
        if called not in old:
            yield Change(Kind.ADDED, section, _name(called), called, {}, entry)
        elif _as_said(old[called], entry) != entry:
            yield Change(Kind.CHANGED, section, _name(called), called, _as_said(old[called], entry), entry)
    for called, entry in old.items():
        if called in new:
            continue
        lost = [flag for flag in ONLY_ONE if entry.get(flag) and any(one.get(flag) for one in new.values())]
        if lost:
            dethroned = {name: value for name, value in entry.items() if name not in lost}
            yield Change(Kind.CHANGED, section, _name(called), called, entry, dethroned)
        else:
            yield Change(Kind.NOT_IN_FILE, section, _name(called), called, entry)


def _as_said(old: Entry, new: Entry) -> Entry:
    """Members of a queue are compared only where the file says any."""
    return old if "members" in new else {name: value for name, value in old.items() if name != "members"}


def _name(called: Called) -> str:
    """“Ada Byron of Aurora”: the last is its own name, those before it are its owners'."""
    own = [part for part in called if not part.startswith("#")]
    number = [f" ({part})" for part in called if part.startswith("#")]
    return " of ".join(reversed(own)) + "".join(number)


def merged(old: Normal, new: Normal) -> Normal:
    """The whole configuration as it will be."""
    whole = {**old, **{name: section for name, section in new.items() if name == "settings"}}
    for section in SECTIONS:
        if section in new:
            entries = {**keyed(section, old.get(section, ())), **keyed(section, new[section])}
            whole[section] = list(entries.values())
    return whole
