"""The configuration of a scenario that names another file: `config: path.yaml`, from its own folder."""

from __future__ import annotations

from pathlib import PurePath

from entitlements.as_code.document import read_documents
from entitlements.as_code.places import Mistake, Unreadable, YamlMapping
from entitlements.as_code.scenario_schema import is_scenario

Found = tuple[YamlMapping | None, list[Mistake]]


class ConfigFiles:
    """The configurations that the scenarios of one file name; each is read once."""

    def __init__(self, file: str) -> None:
        self._folder = PurePath(file).parent
        self._read: dict[str, Found] = {}

    def resolved(self, scenario: YamlMapping) -> tuple[YamlMapping, list[Mistake]]:
        """The scenario with the configuration itself in place of a path, and what is wrong with that file."""
        named = scenario.get("config")
        if not isinstance(named, str):
            return scenario, []
        config, mistakes = self._config(named)
        if config is None:
            reasons = "; ".join(one.message for one in mistakes)
            what = f"“config” names {str(self._folder / named)!r}, which cannot be used: {reasons}"
            return scenario, [Mistake(scenario.value_places["config"], what)]
        resolved = YamlMapping(scenario.place)
        for key, value in scenario.items():
            inner = config if key == "config" else value
            resolved.put(key, inner, scenario.key_places[key], scenario.value_places[key])
        return resolved, mistakes

    def _config(self, named: str) -> Found:
        if named not in self._read:
            self._read[named] = _read_config(str(self._folder / named))
        return self._read[named]


def _read_config(file: str) -> Found:
    try:
        documents, mistakes = read_documents(file)
    except Unreadable as fault:
        return None, [fault.mistake]
    for document in documents:
        if isinstance(document.value, YamlMapping) and not is_scenario(document.value):
            return document.value, mistakes
    return None, [Mistake(documents[0].place, "there is no configuration in it")]
