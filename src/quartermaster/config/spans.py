"""How long things may take by default, as far as a setting has a table of them."""

from typing import Literal

LossHour = Literal[
    "erase",
    "second",
    "line",
    "carrier",
    "police",
    "side",
    "decide",
    "replace",
    "assess",
    "repair",
    "write_off",
]
LOSS_HOURS: dict[LossHour, int] = {
    "erase": 4,
    "second": 4,
    "line": 24,
    "carrier": 8,
    "police": 72,
    "side": 120,
    "decide": 240,
    "replace": 48,
    "assess": 48,
    "repair": 336,
    "write_off": 1440,
}
