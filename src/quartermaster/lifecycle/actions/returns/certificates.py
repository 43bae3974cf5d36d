"""The certificate of one sanitisation, as a paper."""

from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import Act
from quartermaster.kernel.dates import written_time
from quartermaster.lifecycle.models import Sanitisation


def facts_of(row: Sanitisation) -> list[list[str]]:
    """A sanitisation as its certificate says it."""
    device, verified = row.device, row.verified_at
    names = ", ".join(f"{name.upper()} {value}" for name, value in device.identifiers.items())
    when = written_time(verified) if verified else "—"
    return [
        ["Device", device.asset_tag],
        ["Model", str(device.model or "—")],
        ["Identifiers", names or "—"],
        ["Method (NIST SP 800-88r2)", row.get_method_display()],
        ["Technique", row.get_technique_display()],
        ["Tool", f"{row.tool}, version {row.tool_version}"],
        ["Done by", f"{row.operator}, {written_time(row.done_at)}"],
        ["Verified by", f"{row.verifier}, {when}"],
        ["How it was verified", row.verification],
        ["Proof of the device", row.proof.outcome if row.proof else "—"],
        ["Where it goes next", row.get_next_place_display()],
    ]


def make_certificate(row: Sanitisation, doing: Act) -> StoredFile:
    """The certificate of a verified sanitisation; its digest goes into the ledger."""
    evidence = [[item.file.name, item.file.digest] for item in row.evidence.select_related("file")]
    content = papers.render(
        "lifecycle/papers/sanitised.typ",
        {"facts": facts_of(row), "evidence": evidence},
        title=f"Certificate of sanitisation, {row.device.asset_tag}",
        at=doing.at.replace(microsecond=0),
    )
    return files.store(
        content=content,
        media_type=papers.PDF,
        name=f"sanitised-{row.device.asset_tag.replace('/', '-')}.pdf",
        actor=doing.actor,
        at=doing.at,
    )
