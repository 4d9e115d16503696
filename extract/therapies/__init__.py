"""Therapies and regimens: what the arms of a trial give, read from lists, arms and prose."""
