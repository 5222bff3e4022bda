"""Keys: what kinds there are, and the stores that keep them and sign with them."""
