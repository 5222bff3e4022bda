"""National standards as pure functions: parse, check, make. No database, no settings."""
