"""What the room says to the rooms below: which records and devices must stay for a request."""

from quartermaster.disclosure.purging import purge_copies
from quartermaster.disclosure.queries.requests import kept_by_requests, kept_usage
from quartermaster.disclosure.queries.searches import device_waits
from quartermaster.inventory import holds as of_devices
from quartermaster.records import destroying
from quartermaster.records import keeping as of_records
from quartermaster.usage.disposal import holding as of_usage

of_records.register(kept_by_requests)
of_usage.register(kept_usage)
destroying.register(purge_copies)
of_devices.register(device_waits)
