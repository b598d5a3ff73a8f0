"""What can an assistant ask?"""
