"""A message service in this process: it reaches no phone, and it fails on purpose for some numbers.

The text stays in our own table, where ``/sandbox/messages`` shows it. The last four digits choose what happens, so
that every process and every test sees the same faults:

====  =======================================================
0001  refused at once
0002  accepted, later reported as not delivered
0003  accepted, and nothing is ever heard of it
0004  the service does not answer
====  =======================================================

Any other number is accepted and reported as delivered.
"""

from __future__ import annotations

from jangteo.apps.messaging.errors import MessageServiceUnreachable
from jangteo.apps.messaging.ports import DeliveryReport, SendReceipt

REFUSED = "0001"
LOST = "0002"
SILENT = "0003"
UNREACHABLE = "0004"


class SandboxSender:
    """See the module. Holds no state: what a number does never changes."""

    name = "sandbox"
    keeps_texts = True

    def send(self, *, to: str, template: str, body: str, key: str) -> SendReceipt:
        """Accept or refuse by the number's last four digits."""
        if to.endswith(UNREACHABLE):
            raise MessageServiceUnreachable
        if to.endswith(REFUSED):
            return SendReceipt(accepted=False, reason="number-refused")
        return SendReceipt(accepted=True, provider_id=f"sandbox-{key}")

    def report(self, *, provider_id: str, to: str) -> DeliveryReport | None:
        """Delivered, lost, or never heard of."""
        if to.endswith(SILENT):
            return None
        if to.endswith(LOST):
            return DeliveryReport(delivered=False, reason="number-unreachable")
        return DeliveryReport(delivered=True)
