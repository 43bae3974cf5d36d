"""Every item of the policy is part of what each person acknowledges, by date and digest.

For the items whose further control is planned, this is the control that there is today.
"""

import pytest

from quartermaster.policy import queries
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.controls import REQUIREMENT_IDS, controls
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.policy import adopted

assert sources  # registered by the import

ITEMS = [f"Item {number} of the general part." for number in range(1, 13)]
RULES = [f"Rule {number} on compliance." for number in range(1, 6)]
TEXT = "\n\n".join(
    [
        "Mobile Device Management Policy",
        "Purpose",
        "Phones help the City to serve its residents.",
        "Scope",
        "This policy covers devices with cellular service.",
        "Whoever accepts a device complies. Police and fire are excluded.",
        "General Policy",
        "\n".join(f"{number}. {text}" for number, text in enumerate(ITEMS, 1)),
        "Compliance",
        *RULES,
        "Enforcement",
        "Discipline may follow.",
    ]
)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.mark.clause("G-1", "G-2", "G-6", "G-9", "G-11", "C-2", "E-1", "S-2")
def test_what_one_acknowledges_holds_every_item(cast, at):
    version = adopted(TEXT)
    assert version.missing_clauses == []
    texts = queries.documents.clause_texts(version)
    assert set(texts) == set(REQUIREMENT_IDS)
    for control in controls():
        if control.evidence == "policy.acknowledgements":
            assert texts[control.clause] in version.text_current
    assert count("policy.acknowledgements", cast.acting(cast.ida), at) == Evidence(
        (
            ("people acknowledged the version in force", 0),
            ("are still asked", 5),
            ("are overdue", 0),
        )
    )
    given = acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=cast.acting(cast.ana),
        at=at,
    )
    assert (given.person, given.at, given.text_digest) == (cast.ana, at, version.text_digest)


@pytest.mark.clause("S-2")
@pytest.mark.parametrize(
    ("who", "given", "asked"), [("ida", 1, 4), ("cole", 1, 2), ("sue", 1, 1), ("rex", 0, 1)]
)
def test_acknowledgements_are_counted_as_far_as_one_may_see(cast, at, who, given, asked):
    version = adopted(TEXT)
    acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=cast.acting(cast.ana),
        at=at,
    )
    found = count("policy.acknowledgements", cast.acting(getattr(cast, who)), at)
    assert [number for _, number in found.counts] == [given, asked, 0]


@pytest.mark.clause("P-1")
def test_versions_are_counted(cast, at):
    rex = cast.acting(cast.rex)
    assert count("policy.versions", rex, at).counts[1] == ("versions in force", 0)
    assert count("policy.acknowledgements", rex, at) == Evidence((("versions in force", 0),))
    version = adopted(TEXT)
    assert count("policy.versions", rex, at) == Evidence(
        (("versions", 1), ("versions in force", 1)), version.adopted_at
    )
