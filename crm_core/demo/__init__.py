"""The demonstration shop: a seeded generator with planted stories."""
