"""The city portal (门户网站, plan 2.10)."""
