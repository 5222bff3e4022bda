"""Asks the server of WZ_DATABASE_URL who it is; prints JSON. Runs inside the environment."""

import json
import os

import psycopg

_MAY = """
    SELECT current_setting('transaction_read_only') = 'on',
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
        EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist'),
        EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')
            OR has_database_privilege(current_database(), 'CREATE')
"""


def main() -> None:
    """Prints what the server is and what we may do there, or ``{"error": "…"}``:
    ``{"version": 180006, "name": "18.6", "encoding": "UTF8", "read_only": false, "may_create": true, …}``.
    """
    try:
        with psycopg.connect(os.environ["WZ_DATABASE_URL"], connect_timeout=10) as connection:
            info = connection.info
            answer: dict[str, object] = {
                "version": info.server_version,
                "name": info.parameter_status("server_version"),
                "encoding": info.parameter_status("server_encoding"),
            }
            names = ("read_only", "may_create", "has_extension", "may_extend")
            answer |= zip(names, connection.execute(_MAY).fetchone() or (), strict=True)
    except psycopg.Error as error:
        answer = {"error": " ".join(str(error).split())}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
