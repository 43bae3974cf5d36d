"""The adapter without a carrier's API: a person writes, and says what the carrier answered."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from quartermaster.inventory.carriers import (
    BY_HAND,
    Abilities,
    Access,
    Declined,
    Field,
    Reading,
    Standing,
    Stranger,
    Subscriber,
    Used,
    Verb,
    Wish,
    Word,
)


class ByHand:
    """Whatever is asked is taken; the word is a person's."""

    def order(self, wish: Wish) -> Word:  # noqa: ARG002 (the contract's)
        return Word(Standing.TAKEN)

    def answer(self, wish: Wish, reference: str) -> Word:  # noqa: ARG002 (the contract's)
        return Word(Standing.TAKEN, reference)

    def read(self, line: Subscriber) -> Reading:
        raise Declined(f"Only the carrier's people know how {line.number} stands.")

    def used(self, line: Subscriber, from_on: date, until_on: date) -> Used:  # noqa: ARG002
        raise Declined(f"The usage of {line.number} is in the carrier's files.")


class ManualAdapter:
    """Everything can be asked of people."""

    name: ClassVar[str] = BY_HAND
    title: ClassVar[str] = "By hand: a letter to the carrier, and ITMD enters its word"
    abilities: ClassVar[Abilities] = Abilities(verbs=frozenset(Verb), by_person=True, later=True)
    fields: ClassVar[Sequence[Field]] = ()
    address: ClassVar[str] = ""

    def open(self, access: Access) -> ByHand:  # noqa: ARG002 (nothing is needed)
        return ByHand()

    def heard(self, access: Access, body: bytes) -> Sequence[Word]:  # noqa: ARG002
        raise Stranger("This carrier answers to people, not here.")
