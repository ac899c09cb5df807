"""asset_map: what is around, for the person in front of you, and why."""

__version__ = "0.1.0"
