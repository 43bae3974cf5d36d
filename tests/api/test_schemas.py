"""Every body and answer has a name of its own: the description keeps one schema for each name."""

from collections import Counter
from importlib import import_module
from pathlib import Path

from ninja import Schema

import quartermaster.api


def test_no_two_schemas_share_a_name():
    folder = Path(quartermaster.api.__file__).parent
    modules = [import_module(f"quartermaster.api.{path.stem}") for path in folder.glob("*.py")]
    made = {
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Schema)
        and thing.__module__.startswith("quartermaster.")
    }
    assert [name for name, many in Counter(one.__name__ for one in made).items() if many > 1] == []
    assert len(made) > 100
