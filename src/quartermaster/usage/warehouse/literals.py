"""Text in SQL: the only way in which words of a profile or a path come into a statement."""

from collections.abc import Iterable

from quartermaster.kernel.errors import InvalidInput


def text(value: str) -> str:
    """A text as a literal of DuckDB: between single quotes, each quote in it doubled.

    Nothing else has a meaning there: a backslash is a backslash.

    Raises:
        InvalidInput: it has a letter that no file of text has.
    """
    if "\x00" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):  # noqa: PLR2004
        raise InvalidInput("This has letters that no text has.")
    return "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Texts as a list."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def like(word: str) -> str:
    """A word of a profile as a pattern of LIKE: * at an end is anything, all else is itself."""
    wanted = word.strip().lower()
    bare = wanted.strip("*")
    for special in ("\\", "%", "_"):
        bare = bare.replace(special, f"\\{special}")
    front = "%" if wanted.startswith("*") else ""
    back = "%" if wanted.endswith("*") else ""
    return text(f"{front}{bare}{back}") + r" ESCAPE '\'"
