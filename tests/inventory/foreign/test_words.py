"""What the words of other programs mean here."""

from datetime import date

import pytest

from quartermaster.inventory.imports.foreign.words import class_of, day_of, platform_of, status_of


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (("Mobile Phones", ""), "smartphone"),
        (("", "Apple iPhone 16"), "smartphone"),
        (("Tablets", ""), "tablet"),
        (("", "Apple iPad (10th generation)"), "tablet"),
        (("Laptop", ""), "laptop"),
        (("Notebook", "Latitude 5440"), "laptop"),
        (("Hotspot", ""), "hotspot"),
        (("Mi-Fi", "Inseego"), "hotspot"),
        (("Desktop", "OptiPlex"), None),
        (("Desk Phones", "Poly VVX"), None),
        (("Monitors", ""), None),
        (("Phone Cases", ""), None),
        (("", ""), None),
    ],
)
def test_classes(said, known):
    assert class_of(*said) == known


@pytest.mark.parametrize(
    ("device_class", "maker", "model", "platform"),
    [
        ("smartphone", "Apple", "iPhone 16", "ios"),
        ("tablet", "", "iPad Air", "ipados"),
        ("laptop", "Apple Inc.", "MacBook Air", "macos"),
        ("smartphone", "Samsung", "Galaxy S25", "android"),
        ("tablet", "Microsoft", "Surface Pro", "windows"),
        ("laptop", "Dell", "Latitude", "windows"),
        ("hotspot", "Inseego", "M3000", "none"),
    ],
)
def test_platforms(device_class, maker, model, platform):
    assert platform_of(device_class, maker, model) == platform


@pytest.mark.parametrize(
    ("said", "held", "status"),
    [
        ("Ready to Deploy (deployed)", True, "assigned"),
        ("Ready to Deploy (deployable)", False, "in_stock"),
        ("Lost/Stolen (undeployable)", False, "lost"),
        ("Out for Repair", True, "in_repair"),
        ("Broken - Not Fixable (undeployable)", False, "in_repair"),
        ("Archived (archived)", False, "retired"),
        ("Whatever", True, "assigned"),
        ("", False, "in_stock"),
    ],
)
def test_statuses(said, held, status):
    assert status_of(said, held=held) == status


@pytest.mark.parametrize(
    "said",
    ["2026-03-05", "2026-03-05 09:30:00", "03/05/2026", "Thu Mar 05, 2026 9:30AM", "Mar 5, 2026"],
)
def test_days(said):
    assert day_of(said) == date(2026, 3, 5)


def test_no_day_and_what_is_none():
    assert (day_of(""), day_of("0000-00-00")) == (None, None)
    with pytest.raises(ValueError, match="is not a date"):
        day_of("last spring")
