"""Cases (办件): applications on their way through offices, with promised times."""
