"""Samples of usage in sum."""

from tests.factories import usage as make
from tests.web.samples import sample


@sample("usage_summaries:line")
def line(cast, at):
    return {"key": make.line_usage(at, holder=cast.ana).pk}


@sample("usage_summaries:review", "usage_summaries:sign")
def review(cast, at):
    return {"key": make.review(at).pk}


@sample("usage_summaries:paper", "usage_summaries:sheet")
def post(cast, at):
    return {"key": make.posted(cast, at).pk}
