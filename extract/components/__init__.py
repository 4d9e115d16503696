"""spaCy components: one file each, each declaring what it requires and assigns."""
