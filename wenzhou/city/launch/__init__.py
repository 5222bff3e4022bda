"""The launcher behind ``./wz``.

Everything that runs before the environment exists uses the standard library alone. See
``docs/how-to/operate.md``.
"""
