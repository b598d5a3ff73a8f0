"""What does the archive teach about itself?"""
