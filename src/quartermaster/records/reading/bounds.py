"""What an export may be, and what the process that reads it may use."""

from quartermaster.files.opening.confined import MEGABYTE, Bounds

BOUNDS = Bounds(memory=1536 * MEGABYTE, seconds=120, answer=1024 * MEGABYTE)
MOST_THREADS = 20_000
MOST_MESSAGES = 300_000
MOST_CHARACTERS = 200_000_000
LONGEST_BODY = 100_000
LONGEST_FIELD = 2_000
LONGEST_LINE = 1_000_000
LONGEST_TAG = 96 * MEGABYTE
MOST_FILES = 20_000
LARGEST_FILE = 60 * MEGABYTE
MOST_FAULTS = 200
MOST_PEOPLE = 1_000
DEEPEST = 40  # how deep elements and parts may lie in one another
