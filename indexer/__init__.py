"""Lede's indexer: everything needed to make a new generation of the index out of a folder of articles."""
