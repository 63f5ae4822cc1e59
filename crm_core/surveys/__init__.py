"""Satisfaction surveys: answers and the quarterly review."""
