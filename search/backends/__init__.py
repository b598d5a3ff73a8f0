"""Engines behind the ports of search.ports, one file each."""
