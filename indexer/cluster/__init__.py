"""How does a generation get into a cluster?"""
