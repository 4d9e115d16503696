"""Terms, identifiers and vocabulary: what the graph can say."""
