"""Acts of the competent office on an organisation, as pages: what may be done, the form, what would change, done."""
