"""When things happen: the rule, its dates across clock changes, the words people write, and plain words for it.

`read_opening` reads only what is certain and keeps every other word as a description; `say` is its way back.
"""

from asset_map.schedule.opening import read_opening
from asset_map.schedule.saying import say, say_time
from asset_map.schedule.times import (
    DAYS,
    Times,
    Timing,
    from_rrule,
    join_days,
    join_same,
    occurrences,
    part_of_day,
    runs_on,
    to_rrule,
)

__all__ = [
    "DAYS",
    "Times",
    "Timing",
    "from_rrule",
    "join_days",
    "join_same",
    "occurrences",
    "part_of_day",
    "read_opening",
    "runs_on",
    "say",
    "say_time",
    "to_rrule",
]
