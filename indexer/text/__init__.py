"""How does text become the words of an index?"""
