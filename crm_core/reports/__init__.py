"""Composed tables: what the warehouse holds, finished by analytics and models, for pages and exports alike."""
