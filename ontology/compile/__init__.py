"""Build the tables of `ontology/vocabulary/` from the official files and the hand-curated overlay."""
