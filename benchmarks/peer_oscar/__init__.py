"""django-oscar's shop, as its documentation sets one up, for a fair comparison in the same place."""
