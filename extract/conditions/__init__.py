"""Diseases of a trial: the names that a record gives, which of them are the trial's, and their stage."""
