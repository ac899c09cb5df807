"""Access: what counts, who reaches how much of it, where the gaps are, and what would change them."""
