"""Samples of requests: one in review with a file, one that asks Ana, one that was released."""

from quartermaster.disclosure import actions
from quartermaster.disclosure.rules.fees import Work
from quartermaster.disclosure.rules.requests import Channel
from quartermaster.disclosure.rules.subjects import Cause
from tests.factories.disclosure import acknowledged, collected, record_of
from tests.factories.disclosure import packaged as made_package
from tests.factories.disclosure import released as made_release
from tests.factories.documents import plain_pdf
from tests.factories.records import paul
from tests.web.samples import once, sample

packaged = once(made_package)  # each takes seconds: pages are drawn anew and read again
released = once(made_release)


def item_of(cast, at):
    record = record_of(cast, at, plain_pdf(), "report.pdf", "application/pdf")
    return collected(cast, at, record)[0]


@sample(
    "disclosure:request",
    "disclosure:acknowledge",
    "disclosure:assign",
    "disclosure:find",
    "disclosure:ask",
    "disclosure:close-search",
    "disclosure:search-again",
    "disclosure:package",
    "disclosure:answer",
    "disclosure:withdraw",
    "disclosure:reopen",
    "disclosure:code",
    "disclosure:fee",
    "disclosure:appeal-take-in",
)
def request(cast, at):
    return {"key": item_of(cast, at).request_id}


@sample("disclosure:review", "disclosure:copy", "disclosure:drop", "disclosure:notice-serve")
def item(cast, at):
    return {"key": item_of(cast, at).pk}


@sample("disclosure:picture")
def picture(cast, at):
    return {"key": item_of(cast, at).pk, "page": 1}


def asked(cast, at):
    found = acknowledged(cast, at)
    return actions.ask_people(
        request_id=found.id,
        people=[cast.ana.id],
        what="Messages on the main at Third Street",
        actor=paul(cast),
        at=at,
    )[0]


@sample("disclosure:pass-over", "disclosure:my-search")
def search(cast, at):
    return {"key": asked(cast, at).pk}


@sample(
    "disclosure:package-page", "disclosure:release", "disclosure:publish", "disclosure:unpublish"
)
def package(cast, at):
    return {"key": packaged(cast, at).pk}


@sample("disclosure:package-file", "disclosure:public-fetch")
def package_file(cast, at):
    return {"key": packaged(cast, at).files.get().pk}


@sample("disclosure:public-read", everybody=True)
def published(cast, at):
    given = released(cast, at)
    actions.publish(package_id=given.id, title="The main at Third", actor=paul(cast), at=at)
    return {"key": given.files.get().pk}


@sample("disclosure:letter", "disclosure:public-letter")
def letter(cast, at):
    return {"key": released(cast, at).request.letters.get().pk}


@sample("disclosure:fee-paid", "disclosure:fee-waive")
def fee(cast, at):
    asked_of = acknowledged(cast, at)
    work = Work(pages=100)
    return {"key": actions.ask_fee(request_id=asked_of.id, work=work, actor=paul(cast), at=at).pk}


@sample(
    "disclosure:notice-suit",
    "disclosure:notice-settle",
    "disclosure:my-notice",
    "disclosure:my-notice-copy",
)
def notice(cast, at):
    given = packaged(cast, at)
    return {
        "key": actions.serve_notice(
            item_id=given.request.items.first().id,
            person_id=cast.ana.id,
            cause=Cause.OFFICER,
            actor=paul(cast),
            at=at,
        ).pk
    }


@sample("disclosure:appeal")
def appeal(cast, at):
    given = released(cast, at)
    return {
        "key": actions.file_appeal(
            request_id=given.request_id,
            text="Too much is black",
            channel=Channel.MAIL,
            actor=paul(cast),
            at=at,
        ).pk
    }
