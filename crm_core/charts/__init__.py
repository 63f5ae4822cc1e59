"""Charts: a tidy frame in, an Altair chart out; nothing shown, nothing queried."""
