"""How is one query answered?"""
