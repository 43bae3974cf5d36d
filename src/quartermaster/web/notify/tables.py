from django_tables2 import Column

from quartermaster.notify.models import Message
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {"queued": "info", "sent": "good", "failed": "bad"}


class MessageTable(Table):
    subject = LinkColumn("notify:message", verbose_name="Subject")
    recipient_name = Column(verbose_name="To")
    recipient = Column(verbose_name="Address")
    state = ChipColumn(TONES)
    attempts = Column(verbose_name="Attempts")
    created_at = WhenColumn(verbose_name="Written")
    sent_at = WhenColumn(verbose_name="Sent")

    class Meta(Table.Meta):
        model = Message
        fields = ()
