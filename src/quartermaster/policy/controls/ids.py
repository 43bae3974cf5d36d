"""The ids of what the policy asks. Code, tests, pages and documents refer to them."""

REQUIREMENT_IDS: tuple[str, ...] = (
    *(f"S-{number}" for number in range(1, 4)),
    *(f"G-{number}" for number in range(1, 13)),
    *(f"C-{number}" for number in range(1, 6)),
    "E-1",
    "P-1",
)
