"""Money is exact: what is written is read back, and shares add up to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import LARGEST, cents, dollars, shared_out

AMOUNTS = st.integers(-LARGEST, LARGEST)


@given(AMOUNTS)
def test_what_is_written_is_read_back(amount):
    assert cents(dollars(amount)) == amount


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", 1200),
        ("12.5", 1250),
        (" $ 1,234.05 ", 123405),
        ("(3.20)", -320),
        ("\N{MINUS SIGN}3.20", -320),
        ("0.00", 0),
    ],
)
def test_amounts_as_people_write_them(written, read):
    assert cents(written) == read


@pytest.mark.parametrize(
    "written", ["", "12.345", "1,23", "1e5", "12,50", "\u0663", "NaN", "1.2.3", "x"]
)
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(InvalidInput):
        cents(written)


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_shares_add_up_and_are_fair(total, weights):
    parts = shared_out(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


def test_nothing_to_share_by_is_a_fault():
    for weights in ([], [0, 0], [-1, 2]):
        with pytest.raises(ValueError, match="Weights"):
            shared_out(100, weights)
