"""The model: what is compared, how records come to be compared, how it learns. No tables, no Django."""
