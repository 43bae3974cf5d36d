"""A validator of other people, held against the schema that we publish of RSMF manifests."""

import json
import subprocess

from quartermaster.disclosure.production import rsmf
from tests.interop.tools import tool

_CHECK = """
import json, sys, jsonschema_rs
schema, manifests = json.load(sys.stdin)
check = jsonschema_rs.validator_for(schema)
print(json.dumps([[str(found.message) for found in check.iter_errors(one)] for one in manifests]))
"""


def problems(manifests):
    """What jsonschema-rs has against each manifest."""
    done = subprocess.run(
        [tool("trestle/bin/python"), "-c", _CHECK],
        input=json.dumps([rsmf.schema(), manifests]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)
