"""The interest terms and the words that lead to them."""

from asset_map.taxonomy.check import check_terms
from asset_map.taxonomy.cues import CueField, CueFinder, Found
from asset_map.taxonomy.terms import InterestTerm, Taxonomy, load_taxonomy

__all__ = ["CueField", "CueFinder", "Found", "InterestTerm", "Taxonomy", "check_terms", "load_taxonomy"]
