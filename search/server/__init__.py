"""What is served where?"""
