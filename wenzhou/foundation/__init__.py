"""Foundation projects (the "2" of the plan): networks, base databases, credit, exchange."""
