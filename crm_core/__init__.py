"""Relationship marketing: see, understand, choose people, act, measure, tell them."""
