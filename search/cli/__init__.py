"""What does the program `lede` do?"""
