"""Does the page do what a person expects, in a real browser?"""
