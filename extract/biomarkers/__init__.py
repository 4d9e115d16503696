"""Markers that select patients, in their standard wording."""
