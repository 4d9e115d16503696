"""The registry's API v2 as a source: search, page by page, into a folder of raw records."""
