"""What goes in and comes out, for HTTP, the command line and assistants alike?"""
