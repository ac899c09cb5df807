"""What is learned from practice: so far, what people asked for and could not get."""
