"""Reads pictures of price boards, tags and wholesale invoices."""
