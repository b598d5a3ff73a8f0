"""What is shown of a hit, and why?"""
