"""A plugin of pytest: the marks ``clause`` name requirement ids that exist.

An unknown id stops the run, so that a mark cannot prove a requirement by a slip of the pen.
"""

import pytest

from quartermaster.policy.controls.ids import REQUIREMENT_IDS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("clause"):
            unknown = [clause for clause in mark.args if clause not in REQUIREMENT_IDS]
            if unknown or not mark.args:
                raise pytest.UsageError(
                    f"{item.nodeid}: mark clause({', '.join(map(repr, mark.args))}) must name"
                    " ids of requirements."
                )
