"""Strategies of Hypothesis for requirements: any value of any setting, and any record of them."""

from typing import Any

from hypothesis import strategies as st

from quartermaster.policy.requirements import CATALOGUE, Requirements, Setting

software = st.frozensets(st.sampled_from(["com.a", "com.b", "com.c", "com.d"]), max_size=4)
versions = st.lists(st.integers(0, 20), min_size=1, max_size=3).map(
    lambda numbers: ".".join(map(str, numbers))
)


def values_of(setting: Setting) -> st.SearchStrategy[Any]:  # noqa: PLR0911 (a table)
    """Any value that fits a setting."""
    order: Any = setting.order
    match order.kind:
        case "flag":
            return st.booleans()
        case "at least":
            return st.integers(0, order.highest)
        case "at most":
            return st.none() | st.integers(order.lowest, order.highest)
        case "ranked":
            return st.sampled_from(order.words)
        case "union":
            return software
        case "intersection":
            return st.none() | software
        case "versions":
            return st.dictionaries(st.sampled_from(order.platforms), versions, max_size=3)
    raise AssertionError(f"no strategy for {order.kind}")


def requirements() -> st.SearchStrategy[Requirements]:
    return st.builds(
        Requirements, **{key: values_of(setting) for key, setting in CATALOGUE.items()}
    )


def some_settings() -> st.SearchStrategy[dict[str, Any]]:
    """Some settings with values in canonical form, as they come out of a file."""
    fitting = {key: values_of(setting).map(setting.order.fit) for key, setting in CATALOGUE.items()}
    return st.fixed_dictionaries({}, optional=fitting)
