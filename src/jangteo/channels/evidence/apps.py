from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "jangteo.channels.evidence"
    label = "channel_evidence"
