"""Therapies that patients must, must not or may have had before."""
