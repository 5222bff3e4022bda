"""Records by the file: import with dry run, bulk load, export."""
