"""What a document may be, and what the process that opens it may use."""

import resource

MOST_PAGES = 1000
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 14_400  # points: two hundred inches, the most that PDF knows
DPI_OF_COPIES = 150
DPI_TO_LOOK = 96
DPI_FOR_REVIEW = 200
MEGABYTE = 1024 * 1024
LARGEST_ANSWER = 512 * MEGABYTE
MEMORY = 3072 * MEGABYTE
SECONDS = 240
FILES = 64
WHOLE = 10_000  # parts of a page's width and height in which areas are measured


class Unfit(Exception):  # noqa: N818 (an outcome)
    """The document cannot be worked on; the sentence says why."""


def confine() -> None:
    """Let this process use no more than it needs: a hostile document has no more either."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
