"""What every block and system is made with: manifest, permissions, audit, outbox, jobs, pages, test kit.

No domain models. Everything here may be imported by everyone; nothing here imports another block.
"""
