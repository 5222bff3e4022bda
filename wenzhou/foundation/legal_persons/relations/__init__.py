"""Who is tied to whom: paths through shares, offices, representation and branches, as of a day."""
