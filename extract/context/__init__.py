"""The light in which a sentence speaks: background, past therapy, negation, comparison, supposition."""
