"""From YAML or JSON to requirements. What is not understood is refused by name, never guessed."""

from collections.abc import Hashable, Mapping
from difflib import get_close_matches
from typing import Any

import yaml

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.requirements.lattice import CATALOGUE, Requirements
from quartermaster.policy.requirements.orders import Unfit

LARGEST_TEXT = 256 * 1024


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (which can blow up) and without duplicate keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not accepted", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 (the library's)
    ) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = repr(self.construct_object(key, deep=True))
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{name} stands there twice", problem_mark=key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str | bytes, place: str) -> dict[str, Any]:
    """A YAML (or JSON) text as a mapping with text keys, or a sentence that names the place."""
    if len(text) > LARGEST_TEXT:
        raise InvalidInput(f"{place} is larger than {LARGEST_TEXT // 1024} KiB; make it smaller.")
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        words = getattr(problem, "problem", None) or str(problem)
        raise InvalidInput(f"{place}{line} cannot be read as YAML: {words}.") from None
    return mapping(value, place)


def mapping(value: Any, place: str) -> dict[str, Any]:
    """``value`` as a mapping with text keys; nothing at all counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InvalidInput(f"{place} must be a list of “name: value” lines.", place=place)
    return dict(value)


def parse_settings(raw: Any, place: str) -> dict[str, Any]:
    """The settings that are named in ``raw``, each with its canonical value."""
    return {key: parse_value(key, value, place) for key, value in mapping(raw, place).items()}


def parse_value(key: str, value: Any, place: str) -> Any:
    """One setting's canonical value, or a sentence that names setting and place."""
    if key not in CATALOGUE:
        raise InvalidInput(unknown(key, place, CATALOGUE), place=place, setting=key)
    try:
        return CATALOGUE[key].order.fit(value)
    except Unfit as problem:
        raise InvalidInput(f"{place}: {key} must be {problem}.", place=place, setting=key) from None


def parse_requirements(raw: Any, place: str) -> Requirements:
    """Requirements; a setting that is not named asks for nothing."""
    return Requirements(**parse_settings(raw, place))


def plain_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Named settings as JSON and YAML write them, in the order of the catalogue."""
    return {
        key: entry.order.plain(settings[key]) for key, entry in CATALOGUE.items() if key in settings
    }


def unknown(key: str, place: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """The sentence about a name that is not known, with the nearest known one."""
    near = get_close_matches(key, list(known), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{place}: {key[:80]} is not known here.{hint}"
