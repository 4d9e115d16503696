"""Joining the things of the graph to imported vocabularies."""
