"""Readers: each turns one registry format into `extract.model.Document` values."""
