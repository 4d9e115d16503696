"""Official vocabulary files as their owners publish them, read as a stream of terms."""
