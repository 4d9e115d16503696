"""Questions in plain words: read into a typed query, answered from the graph."""
