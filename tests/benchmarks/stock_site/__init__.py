"""A Wagtail as it comes, with its API v3, to compare with: one snippet, the guide's own texts.

Started with this folder's parent on the path, as ``stock_site``: importing it as a part of
tests.benchmarks would set up the guide.
"""
