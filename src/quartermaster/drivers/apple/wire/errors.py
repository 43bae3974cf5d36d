"""What can be wrong with bytes from outside. Every parser here raises these alone."""


class WireError(Exception):
    """The bytes are not what the protocol asks for."""


class TooLarge(WireError):  # noqa: N818 (named for what is wrong)
    """More bytes, nodes or levels than allowed."""


class Malformed(WireError):  # noqa: N818
    """Not well-formed, or not of the right shape."""


class Untrusted(WireError):  # noqa: N818
    """A signature or certificate does not hold."""
