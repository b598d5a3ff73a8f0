"""How do files become articles?"""
