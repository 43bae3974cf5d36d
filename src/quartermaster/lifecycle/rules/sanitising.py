"""Sanitisation after NIST SP 800-88r2: methods, techniques, and who verifies (C-3)."""

from collections.abc import Collection, Mapping

from django.db.models import TextChoices

from quartermaster.kernel.transitions import Machine, Transition


class Method(TextChoices):
    CLEAR = "clear", "Clear"
    PURGE = "purge", "Purge"
    DESTROY = "destroy", "Destroy"


class Technique(TextChoices):
    """What was done. By order: through the management, with the device's own answer as proof."""

    BY_ORDER = "by_order", "Cryptographic erase, ordered by the device management"
    RESET = "reset", "Cryptographic erase by the device's own reset"
    PLAIN_RESET = "plain_reset", "Reset to factory settings, storage not encrypted"
    OVERWRITE = "overwrite", "Overwriting"
    SHRED = "shred", "Shredding or crushing"


METHODS: Mapping[Technique, Method] = {
    Technique.BY_ORDER: Method.PURGE,
    Technique.RESET: Method.PURGE,
    Technique.PLAIN_RESET: Method.CLEAR,
    Technique.OVERWRITE: Method.CLEAR,
    Technique.SHRED: Method.DESTROY,
}
TWO_PEOPLE = frozenset({Method.PURGE, Method.DESTROY})  # the database asks for these as well


class SanitisedState(TextChoices):
    DONE = "done", "Done, to be verified"
    VERIFIED = "verified", "Verified"
    FAILED = "failed", "Did not pass"


_S = SanitisedState
SANITISATION: Machine[SanitisedState] = Machine(
    "sanitisation",
    _S.DONE,
    [
        Transition("verify", frozenset({_S.DONE}), _S.VERIFIED),
        Transition("fail", frozenset({_S.DONE}), _S.FAILED),
    ],
)


class NextPlace(TextChoices):
    STOCK = "stock", "Stock, for the next holder"
    SURPLUS = "surplus", "Surplus"
    DESTRUCTION = "destruction", "Destroyed, to be recycled"


def needs_another(method: Method, also: Collection[str]) -> bool:
    """Whether somebody else than who did it verifies it. A setting can ask for more, not less."""
    return method in TWO_PEOPLE or method.value in also
