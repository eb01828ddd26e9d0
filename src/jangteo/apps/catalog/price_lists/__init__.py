"""Price lists from the file, the photograph or the voice to goods on sale: what rows say, which goods they are, what changes."""
