"""Processes killed at random moments while people work; see `tests.faults.kill`."""
