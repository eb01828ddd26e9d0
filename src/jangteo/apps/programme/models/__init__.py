"""The programme: companies, problems and pilots; indicators with their definitions, targets and results."""

from __future__ import annotations

from jangteo.apps.programme.models.indicators import (
    Indicator,
    IndicatorDefinition,
    IndicatorResult,
    IndicatorTarget,
)
from jangteo.apps.programme.models.pilots import (
    Approval,
    Certificate,
    ChecklistAnswer,
    Company,
    CompanyMember,
    Pilot,
    Problem,
    Signature,
    VendorOffer,
)

__all__ = [
    "Approval",
    "Certificate",
    "ChecklistAnswer",
    "Company",
    "CompanyMember",
    "Indicator",
    "IndicatorDefinition",
    "IndicatorResult",
    "IndicatorTarget",
    "Pilot",
    "Problem",
    "Signature",
    "VendorOffer",
]
