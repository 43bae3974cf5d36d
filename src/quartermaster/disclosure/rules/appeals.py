"""Appeals: the requester does not agree, and somebody looks at it again."""

from quartermaster.kernel.worded import Worded

LONGEST_APPEAL = 4000


class Finding(Worded):
    """What came of looking at it again."""

    UPHELD = "upheld", "The answer stands"
    CHANGED = "changed", "The answer is changed"
