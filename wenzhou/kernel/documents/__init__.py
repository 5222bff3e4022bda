"""Papers and files (K6): made as PDF, taken from people, kept once, read only by who may."""
