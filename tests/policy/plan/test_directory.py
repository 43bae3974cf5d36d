"""A rulebook kept as files."""

import pytest

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.plan import make_plan, read_defaults, read_directory, write_directory
from quartermaster.policy.requirements import LAX, is_at_least_as_strict
from tests.factories.rulebooks import ADOPTED, POLICE, WATER, book

CITY = "city:\n  passcode_minimum_length: 6\npersonal: {}\n"


def _write(folder, **files):
    (folder / "departments").mkdir()
    for name, text in files.items():
        path = folder / ("city.yaml" if name == "city" else f"departments/{name}.yaml")
        path.write_text(text)


def test_a_directory_is_the_whole_truth(tmp_path):
    rules = book(
        overlays={WATER: {"city": {"passcode_required": True}}}, adoptions={POLICE: ADOPTED}
    )
    _write(tmp_path, city=CITY, LIB="overlay:\n  city:\n    passcode_minimum_length: 8\n")
    (tmp_path / "departments" / ".gitkeep").touch()
    plan = make_plan(rules, read_directory(tmp_path, rules))
    assert [(shift.place.code, shift.ownership) for shift in plan.shifts] == [
        ("LIB", "city"),
        ("PIPES", "city"),
        ("WATER", "city"),
    ]
    assert plan.proposal.plain() == {
        "city": {"city": {"passcode_minimum_length": 6}, "personal": {}},
        "overlays": {
            "LIB": {"city": {"passcode_minimum_length": 8}},
            "WATER": None,
            "POLICE": None,
        },
        "adoptions": {"LIB": None, "WATER": None, "POLICE": None},
    }


@pytest.mark.clause("S-3")
def test_an_adoption_in_a_file(tmp_path):
    text = (
        "adoption:\n  clauses: [G-3]\n  settings: [encryption_required]\n"
        "  decided_on: 2026-11-01\n  decided_by: 1005\n"
    )
    _write(tmp_path, city=CITY, POLICE=text)
    assert read_directory(tmp_path, book()).adoptions == {"POLICE": ADOPTED}


def test_what_is_written_is_read_back(tmp_path):
    rules = book(
        overlays={WATER: {"city": {"blocked_software": frozenset({"com.a"})}}},
        adoptions={POLICE: ADOPTED},
        passcode_minimum_length=6,
    )
    written = write_directory(tmp_path, rules)
    assert sorted(path.name for path in written) == ["POLICE.yaml", "WATER.yaml", "city.yaml"]
    assert not make_plan(rules, read_directory(tmp_path, rules)).pending


def test_all_faults_are_told_at_once(tmp_path):
    _write(
        tmp_path,
        city="city:\n  passcode_minimum_length: 99\npersonal: {}\n",
        WATERS="overlay: {}",
        WATER="overlays: {}",
    )
    (tmp_path / "departments" / "LIB.txt").touch()
    (tmp_path / "departments" / "PIPES.yaml").mkdir()
    with pytest.raises(InvalidInput) as refused:
        read_directory(tmp_path, book())
    assert refused.value.message == (
        "city.yaml, section city: passcode_minimum_length must be a whole number from 0 to 16."
        " departments/LIB.txt is not a .yaml file; rename or remove it."
        " departments/PIPES.yaml cannot be read: Is a directory."
        " departments/WATER.yaml: overlays is not known here. Did you mean overlay?"
        " departments/WATERS.yaml: WATERS is not known here. Did you mean WATER?"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "has no city.yaml"),
        ("city: {}", "city.yaml has no section personal; add one, even if empty."),
        ("\xff\xfe", "city.yaml"),
    ],
)
def test_the_city_must_be_stated(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / "city.yaml").write_bytes(text.encode("latin-1"))
    with pytest.raises(InvalidInput, match=sentence):
        read_directory(tmp_path, book())


@pytest.mark.clause("G-3")
def test_defaults_of_the_package_are_sound():
    plan = make_plan(book(), read_defaults())
    city, personal = plan.after.city["city"], plan.after.city["personal"]
    assert plan.refusals == ()
    assert not plan.destructive
    for asked in (city, personal):
        assert asked.passcode_required
        assert asked.passcode_minimum_length == 6
        assert asked.auto_lock_minutes == 5
        assert asked.encryption_required
        assert asked.compromised_forbidden
        assert asked.check_in_within_hours == 14 * 24
        assert asked.failed_attempts_before_erase is None
    assert is_at_least_as_strict(city, personal)
    assert personal != LAX
