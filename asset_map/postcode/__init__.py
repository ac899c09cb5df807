"""UK postcodes, read as people write them and placed offline from a table of every live one in Great Britain.

`reading` knows the form alone, `table` what lives and where, `places` puts both together. Nobody's postcode leaves
the machine.
"""

from asset_map.postcode.places import (
    PostcodePlace,
    find_postcodes,
    locate_place_text,
    place_of,
    repair,
    why_not_placed,
)
from asset_map.postcode.reading import Postcode, read_postcode
from asset_map.postcode.table import Centre, PostcodePoints, PostcodeTable, postcode_table, read_table

__all__ = [
    "Centre",
    "Postcode",
    "PostcodePlace",
    "PostcodePoints",
    "PostcodeTable",
    "find_postcodes",
    "locate_place_text",
    "place_of",
    "postcode_table",
    "read_postcode",
    "read_table",
    "repair",
    "why_not_placed",
]
