"""Which forms of files hold articles, one module each?"""
