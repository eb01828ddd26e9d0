"""Photographs of goods: cut to the goods, lit evenly, put on plain ground. Arrays in, arrays out."""
