"""From a file of bytes to one commit: reading, mapping, checks, loading."""
