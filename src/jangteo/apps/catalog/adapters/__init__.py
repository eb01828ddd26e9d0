"""What stands behind the catalogue's ports."""
