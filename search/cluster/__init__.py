"""How is a question answered from an OpenSearch cluster?"""
