"""Profiles: what is shipped is sound, and what is not is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quartermaster.usage.rules.cycles import Cycle, span
from quartermaster.usage.rules.fields import FIELDS, Family
from quartermaster.usage.rules.fitting import best, fit, missing, plain
from quartermaster.usage.rules.profiles import Layout, Profile
from quartermaster.usage.rules.words import matches, value_of
from quartermaster.usage.shipped import shipped

LAYOUTS = [(profile, layout) for profile in shipped() for layout in profile.layouts]
NAMES = [f"{profile.key}-{layout.family.value}" for profile, layout in LAYOUTS]


def test_shipped_profiles_are_the_four_carriers_with_every_family():
    families = {profile.key: [it.family for it in profile.layouts] for profile in shipped()}
    assert families == {
        **{key: list(Family) for key in ["att", "t-mobile", "uscellular", "verizon"]},
        "x12-811": [Family.ACCOUNT, Family.LINES, Family.CHARGES, Family.VOICE],
    }


@pytest.mark.clause("G-9")
@pytest.mark.parametrize(("profile", "layout"), LAYOUTS, ids=NAMES)
def test_a_shipped_layout_fits_its_own_headings_and_no_other_does(profile, layout):
    headings = list(dict.fromkeys(column.aliases[0] for column in layout.columns))

    found = best(shipped(), headings)

    assert [(p.key, f.layout.family) for p, f in found] == [(profile.key, layout.family)]
    assert found[0][1].ignored == ()


@pytest.mark.parametrize(("profile", "layout"), LAYOUTS, ids=NAMES)
def test_every_alias_of_a_shipped_layout_is_found(profile, layout):
    for n, column in enumerate(layout.columns):
        for alias in column.aliases:
            headings = [c.aliases[0] for m, c in enumerate(layout.columns) if m != n] + [alias]
            fitted = fit(layout, headings)
            assert fitted is not None
            assert plain(fitted.placed[n].heading) in {plain(name) for name in column.aliases}


def test_a_profile_comes_back_from_its_data():
    for profile in shipped():
        assert Profile.model_validate(profile.as_data()) == profile


def test_a_heading_missing_is_named_by_its_title():
    layout = shipped()[0].layout(Family.VOICE)
    headings = [c.aliases[0] for c in layout.columns if c.field != "seconds"]

    assert fit(layout, headings) is None
    assert missing(layout, headings) == [FIELDS[Family.VOICE]["seconds"].title]


LINE = {"field": "number", "aliases": ["Number"]}
DAY = {"field": "date", "aliases": ["Date"]}
VOLUME = {"field": "kilobytes", "aliases": ["KB"], "unit": "kilobytes"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([LINE, DAY], "“kilobytes” is missing"),
        ([LINE, VOLUME], "“date” or “at” is missing"),
        ([LINE, LINE, DAY, VOLUME], "“number” is there twice"),
        ([LINE, DAY, {**VOLUME, "unit": "minutes"}], "“kilobytes” needs a unit"),
        ([LINE, DAY, {"field": "kilobytes", "aliases": ["KB"]}], "“kilobytes” needs a unit"),
        ([{**LINE, "unit": "bytes"}, DAY, VOLUME], "“number” has no unit"),
        ([LINE, DAY, VOLUME, {"field": "user", "aliases": ["U"]}], "“user” is no field"),
        ([LINE, DAY, VOLUME, {"field": "roaming", "aliases": ["R"]}], "“roaming” needs words"),
        ([{**LINE, "charge": "plan"}, DAY, VOLUME], "a charge has its kind"),
        (
            [LINE, DAY, VOLUME, {"field": "roaming", "aliases": ["R"], "words": {"no": ["N"]}}],
            "“no” is no value of “roaming”",
        ),
    ],
)
def test_a_layout_that_will_not_do_is_refused(columns, said):
    with pytest.raises(ValidationError, match=said):
        Layout.model_validate({"family": "data", "title": "Data", "columns": columns})


@pytest.mark.parametrize(
    "dates", [["%Q"], ["%c"], ["%m/%d/%Y'; DROP TABLE x; --"], ["%d" * 40], [""], ["%d{}"]]
)
def test_forms_of_dates_are_of_the_few_parts_that_are_known(dates):
    with pytest.raises(ValidationError):
        Layout.model_validate(
            {"family": "data", "title": "Data", "columns": [LINE, DAY, VOLUME], "dates": dates}
        )


def test_unknown_keys_and_two_layouts_of_a_family_are_refused():
    layout = {"family": "data", "title": "Data", "columns": [LINE, DAY, VOLUME]}
    whole = {"key": "odd", "title": "Odd", "carrier_names": ["Odd"]}
    assert Profile.model_validate({**whole, "layouts": [layout]}).layout(Family.VOICE) is None
    with pytest.raises(ValidationError, match="one layout for each family"):
        Profile.model_validate({**whole, "layouts": [layout, layout]})
    with pytest.raises(ValidationError, match="Extra inputs"):
        Profile.model_validate({**whole, "layouts": [layout], "run": "me"})


@pytest.mark.parametrize(
    ("text", "word", "fits"),
    [
        ("Incoming CL", "incoming*", True),
        (" MT ", "mt", True),
        ("MTX", "mt", False),
        ("Data Overage", "*overage", True),
        ("Data roaming, Canada", "*roaming*", True),
        ("Roaming", "*roaming", True),
        ("anything", "*", True),
    ],
)
def test_words_are_wholes_beginnings_ends_or_parts(text, word, fits):
    assert matches(text, word) is fits


def test_the_first_value_that_fits_counts_and_an_empty_cell_is_none():
    words = {"in": ("Incoming*",), "out": ("*",)}

    assert value_of("Incoming CL", words) == "in"
    assert value_of("Milwaukee WI", words) == "out"
    assert value_of("  ", words) == ""
    assert value_of("Milwaukee WI", {"in": ("Incoming*",)}) == ""


@given(day=st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_a_cycle_of_which_one_day_is_known_is_about_a_month_and_ends_where_the_next_begins(day):
    first, last = span(day, None)
    assert 27 <= (last - first).days <= 31
    earlier, until = span(None, day)
    assert until == day
    assert 27 <= (until - earlier).days <= 31


def test_the_last_day_of_a_month_closes_the_whole_month():
    assert span(None, date(2026, 2, 28)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert span(date(2026, 11, 2), None) == (date(2026, 11, 2), date(2026, 12, 1))
    assert span(None, None) is None


def test_a_cycle_says_what_it_is_and_never_runs_backwards():
    cycle = Cycle("Verizon", "MC-1", date(2026, 11, 2), date(2026, 12, 1))
    assert str(cycle) == "Verizon, MC-1, 2026-11-02 to 2026-12-01"
    with pytest.raises(ValueError, match="before it begins"):
        Cycle("Verizon", "MC-1", date(2026, 12, 2), date(2026, 12, 1))
    with pytest.raises(ValueError, match="a carrier and an account"):
        Cycle("", "MC-1", date(2026, 12, 1), date(2026, 12, 1))
