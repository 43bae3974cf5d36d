"""What people write where they must say something."""

from quartermaster.kernel.errors import InvalidInput


def said(text: str, what: str, longest: int = 300, field: str = "reason", shortest: int = 1) -> str:
    """A text that says something, within its bound.

    Raises:
        InvalidInput: too little is said (then ``what`` is asked for), or too much.
    """
    plain = text.replace("\x00", "").strip()
    if len(plain) < shortest:
        raise InvalidInput(f"{what}.", field=field)
    if len(plain) > longest:
        raise InvalidInput(f"At most {longest:,} characters.", field=field)
    return plain
