"""GS1 numbers and carriers: check digits, GTIN-14, application identifiers, Digital Link, in-store numbers.

In and out are strings of digits and records; dates are `datetime.date`. Sources: GS1 General Specifications (check
digit, section 7.9; century rule, section 7.12), GS1 syntax dictionary (formats of the application identifiers and which
need a separator), GS1 Digital Link URI syntax (order of the qualifiers).
"""

from jangteo.engines.gs1.digits import (
    check_digit,
    is_gtin,
    is_restricted,
    restricted_gtin13,
    to_gtin14,
    variable_measure,
)
from jangteo.engines.gs1.ean import ean13_modules
from jangteo.engines.gs1.elements import (
    GS,
    Element,
    Gs1Error,
    bracketed,
    element_string,
    parse_elements,
    parse_yymmdd,
    yymmdd,
)
from jangteo.engines.gs1.link import DigitalLink, build_link, parse_link

__all__ = [
    "GS",
    "DigitalLink",
    "Element",
    "Gs1Error",
    "bracketed",
    "build_link",
    "check_digit",
    "ean13_modules",
    "element_string",
    "is_gtin",
    "is_restricted",
    "parse_elements",
    "parse_link",
    "parse_yymmdd",
    "restricted_gtin13",
    "to_gtin14",
    "variable_measure",
    "yymmdd",
]
