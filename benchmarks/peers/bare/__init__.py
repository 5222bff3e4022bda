"""A Django project with two views, each of which reads one row by a unique key; no middleware, no sessions."""
