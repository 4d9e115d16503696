"""Outcome measures to endpoints: codes, time frames and landmarks."""
