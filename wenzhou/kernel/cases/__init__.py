"""Cases (办件): from application to licence, across offices, on statutory clocks."""
