"""The screen that reads minutes in: upload, preview, creation, report."""
