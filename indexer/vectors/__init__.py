"""How do articles become vectors?"""
