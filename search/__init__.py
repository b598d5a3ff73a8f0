"""Lede: hybrid search over a newsroom's own archive. Everything needed to answer a query is in this package."""
