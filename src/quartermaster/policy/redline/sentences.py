"""Where sentences begin. Enough for the prose of policies; a person sees the outcome."""

import re

_BREAK = re.compile(r"(?<=[.!?])[\"\u201d\u2019)]*\s+(?=[\"\u201c\u2018(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:No|Nos|Sec|Art|St|Mr|Ms|Mrs|Dr|Inc|vs|cf|e\.g|i\.e|etc|[A-Z])\.$")


def starts(text: str) -> tuple[int, ...]:
    """The offset of each sentence, the first at 0."""
    return (
        0,
        *(
            found.end()
            for found in _BREAK.finditer(text)
            if not _ABBREVIATION.search(text[max(0, found.start() - 8) : found.start()])
        ),
    )
