"""May a generation be served, and how is it?"""
