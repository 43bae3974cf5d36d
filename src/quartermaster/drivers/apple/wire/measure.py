"""How much a parsed document holds: bounded, so that a small message cannot become a large one."""

from typing import Any

from quartermaster.drivers.apple.wire.errors import TooLarge


def require_bounded(root: Any, what: str, *, nodes: int, levels: int) -> None:
    """`TooLarge` for more than ``nodes`` values or ``levels`` levels; counted without recursion."""
    counted, level = 0, [root]
    for _ in range(levels):
        following: list[Any] = []
        for item in level:
            counted += 1
            if isinstance(item, dict):
                following.extend(item.values())
            elif isinstance(item, list):
                following.extend(item)
        if counted + len(following) > nodes:
            raise TooLarge(f"{what} has more than {nodes} nodes.")
        if not following:
            return
        level = following
    raise TooLarge(f"{what} is nested more than {levels} levels deep.")
