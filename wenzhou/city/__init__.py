"""The composition root: settings, addresses, launcher and the list of systems."""
