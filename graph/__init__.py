"""Facts to triples, and the stores that keep them."""
