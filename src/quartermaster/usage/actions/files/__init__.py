"""What is done with carriers' files."""

from quartermaster.usage.actions.files.again import read_again
from quartermaster.usage.actions.files.reading import read_next
from quartermaster.usage.actions.files.receiving import Received, take_in

__all__ = ["Received", "read_again", "read_next", "take_in"]
