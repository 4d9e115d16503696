"""SHACL shapes, one file a class, and the engine that judges by them."""
