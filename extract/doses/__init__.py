"""Doses: amounts, routes and schedules, and the intervention that each belongs to."""
