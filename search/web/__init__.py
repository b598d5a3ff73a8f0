"""How does the search page look?"""
