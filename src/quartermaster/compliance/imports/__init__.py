"""Files that compliance takes."""
