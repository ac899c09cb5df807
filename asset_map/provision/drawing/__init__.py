"""Areas drawn: outlines, classes, legends and maps."""
