"""What does a generation hold, and how is it written and opened?"""
