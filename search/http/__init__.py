"""What stands between the network and any answer?"""
