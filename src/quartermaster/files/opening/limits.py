"""What a document may be, and what the process that opens it may use."""

from quartermaster.files.opening.confined import Bounds

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
BOUNDS = Bounds(MEMORY, SECONDS, LARGEST_ANSWER, FILES)
