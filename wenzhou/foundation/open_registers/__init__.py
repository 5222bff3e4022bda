"""Registers that offices make at run time (自建登记簿), by the GovStack Digital Registries API."""
