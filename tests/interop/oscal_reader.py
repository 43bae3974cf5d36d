"""Runs where compliance-trestle is installed: loads OSCAL documents and resolves profiles.

``python oscal_reader.py FOLDER SCHEMA`` loads every ``*.json`` in the folder with trestle's models,
holds it against NIST's schema, resolves each profile, and prints what each document is, what the
schema has against it, and the parameters of each profile.
"""

import json
import logging
import pathlib
import sys

import jsonschema_rs
from trestle.core.catalog.catalog_interface import CatalogInterface
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.profile import Profile

MODELS = {"catalog": Catalog, "profile": Profile, "assessment-results": AssessmentResults}


def load(path):
    """The kind of a document, or what trestle has against it."""
    ((kind, body),) = json.loads(path.read_text(encoding="utf-8")).items()
    try:
        MODELS[kind].model_validate(body)
    except ValueError as problem:
        return f"refused: {problem}"
    return kind


def resolve(folder, path):
    """The controls and parameter values of a resolved profile, and the prose of its objectives."""
    (folder / ".trestle").mkdir(exist_ok=True)
    resolved = ProfileResolver.get_resolved_profile_catalog(folder, str(path))
    controls = list(CatalogInterface(resolved).get_all_controls_from_dict())
    parameters = {}
    for control in controls:
        for param in control.params or []:
            parameters[param.id] = [getattr(value, "root", value) for value in param.values]
    return {"controls": [control.id for control in controls], "parameters": parameters}


def main():
    logging.disable(logging.CRITICAL)
    folder, schema = map(pathlib.Path, sys.argv[1:])
    nist = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    told = {}
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        faults = [str(fault) for fault in nist.iter_errors(document)]
        told[path.name] = {"kind": load(path), "faults": faults}
        if told[path.name]["kind"] == "profile":
            told[path.name].update(resolve(folder, path))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
