"""Areas: boundaries in, which area a place lies in, who lives there and where."""
