"""The letter that carries a link.

It goes out once the act is committed and is kept nowhere: a link is a secret, and whoever has
lost one asks for another.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from quartermaster.org.models import LinkPurpose, User

_TEMPLATES = {
    LinkPurpose.INVITATION: "org/notices/invitation.txt",
    LinkPurpose.RESET: "org/notices/reset.txt",
}


def post_link(user: User, purpose: LinkPurpose, link: str) -> None:
    """Mail the link to its person when the transaction has ended well."""
    assert user.person is not None
    context = {"name": user.person.name, "city": settings.CITY, "link": link}
    subject, body = render_to_string(_TEMPLATES[purpose], context).split("\n", 1)
    address = user.email
    # robust: what is done is done; a mail server that is down is logged, and a link asked anew
    transaction.on_commit(
        lambda: send_mail(subject, body.lstrip("\n"), None, [address]), robust=True
    )
