"""Intake, worker, delivery, housekeeping: what moves a message, durably."""
