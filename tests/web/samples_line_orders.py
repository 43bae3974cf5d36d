"""Samples of orders to carriers, and of how carriers are reached."""

from datetime import timedelta

from tests.factories import line_orders as make
from tests.web.samples import sample


@sample("line_orders:order", "line_orders:confirm", "line_orders:refuse", "line_orders:hand-over")
def order(cast, at):
    return {"key": make.asked(make.line(cast.ana, phone=False), at).pk}


@sample("line_orders:hasten", "line_orders:call-off")
def waiting(cast, at):
    later = {"due_at": at + timedelta(days=1), "waits_for": "the erasure of the device"}
    return {"key": make.asked(make.line(cast.ana, phone=False), at, terms=later).pk}


@sample(
    "line_orders:suspend",
    "line_orders:restore",
    "line_orders:cancel",
    "line_orders:swap",
    "line_orders:plan",
    "line_orders:read",
)
def line(cast, at):
    return {"key": make.line(cast.ana, phone=False).pk}


@sample("line_orders:carrier", "line_orders:carrier-change", "line_orders:carrier-remove")
def carrier(cast, at):
    return {"key": make.access(at).pk}


@sample("line_orders:carrier-new")
def adapter(cast, at):
    return {"adapter": "manual"}
