"""Letters to requesters."""

from quartermaster.kernel.worded import Worded


class LetterKind(Worded):
    ESTIMATE = "estimate", "Estimate of the cost"
    ANSWER = "answer", "Answer"
    DENIAL = "denial", "Answer with the reasons for what is not released"
    APPEAL = "appeal", "Answer to an appeal"
