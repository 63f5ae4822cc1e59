"""Targeted, lawful sends: audience, template, message, pre-flight, transport, worker."""
