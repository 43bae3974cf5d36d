"""Rulebooks for tests: a few departments, with overlays and adoptions."""

from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Place, Rulebook, Terms
from tests.factories.requirements import requirements, some_settings

WATER, PIPES, POLICE, LIBRARY = (UUID(int=number) for number in range(1, 5))
PLACES = {
    WATER: Place(WATER, "WATER", "Water Works", None, covered=True),
    PIPES: Place(PIPES, "PIPES", "Pipes", WATER, covered=True),
    POLICE: Place(POLICE, "POLICE", "Police", None, covered=False),
    LIBRARY: Place(LIBRARY, "LIB", "Public Library", None, covered=True),
}
ADOPTED = Terms(frozenset({"G-3"}), frozenset({"encryption_required"}), date(2026, 11, 1), "1005")


def book(city=None, overlays=None, adoptions=None, **asked) -> Rulebook:
    """A rulebook of four departments; ``asked`` is what the city asks of city devices."""
    return Rulebook(
        places=PLACES,
        city=city or {"city": Requirements(**asked), "personal": Requirements()},
        overlays=overlays or {},
        adoptions=adoptions or {},
    )


def rulebooks() -> st.SearchStrategy[Rulebook]:
    """Any rulebook over the four departments."""
    overlays = st.fixed_dictionaries({}, optional={name: some_settings() for name in OWNERSHIPS})
    return st.builds(
        Rulebook,
        places=st.just(PLACES),
        city=st.fixed_dictionaries({name: requirements() for name in OWNERSHIPS}),
        overlays=st.fixed_dictionaries({}, optional={WATER: overlays, PIPES: overlays}),
        adoptions=st.fixed_dictionaries({}, optional={POLICE: st.just(ADOPTED)}),
    )
