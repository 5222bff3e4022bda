"""What the city is measured against: small programs of their own, without any code of the city."""
