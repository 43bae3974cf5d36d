"""OSCAL through the API: with its own scope, and for those who may export."""

import pytest

from tests.factories.policy import adopted
from tests.reports.oscal.shapes import faults

SCOPE = "oscal:read"
DOCUMENTS = {
    "oscal/catalog": "catalog",
    "oscal/profiles/WATER": "profile",
    "oscal/results": "assessment-results",
    "oscal/results?department=WATER&devices=true": "assessment-results",
}


@pytest.mark.parametrize("path", list(DOCUMENTS))
def test_itmd_exports(cast, call, path):
    adopted()
    answer = call(cast.ida, path, SCOPE).json()
    assert list(answer) == [DOCUMENTS[path]]
    assert faults(answer) == []


@pytest.mark.parametrize("path", list(DOCUMENTS))
@pytest.mark.parametrize("who", ["ana", "cole", "rex"])
def test_others_are_refused(cast, call, path, who):
    adopted()
    assert call(getattr(cast, who), path, SCOPE).status_code == 403


def test_what_is_not_there(cast, call):
    assert call(cast.ida, "oscal/catalog", SCOPE).status_code == 404
    assert call(cast.ida, "oscal/profiles/NOPE", SCOPE).status_code == 404
    assert call(cast.ida, "oscal/results?department=NOPE", SCOPE).status_code == 404
