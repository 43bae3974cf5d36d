"""Every body and answer has a name of its own: the description keeps one schema for each name."""

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

from ninja import Schema

import quartermaster.api
from quartermaster.api.base import openapi
from quartermaster.mdm.rules.destruction import Kind


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


def test_an_enumeration_is_described_as_it_is_validated():
    known = openapi()["components"]["schemas"]
    wanted = known["DestructionIn"]["properties"]["kind"]["$ref"].rpartition("/")[2]
    assert set(known[wanted]["enum"]) == {kind.value for kind in Kind}


def test_every_reference_leads_somewhere():
    described = openapi()
    named = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(described)))
    assert named - set(described["components"]["schemas"]) == set()
