"""Asks the server of WZ_DATABASE_URL who it is; prints JSON. Runs inside the environment."""

import json
import os

import psycopg


def main() -> None:
    """Prints ``{"version": 180006, "name": "18.6", "encoding": "UTF8"}`` or ``{"error": "…"}``."""
    try:
        with psycopg.connect(os.environ["WZ_DATABASE_URL"], connect_timeout=10) as connection:
            info = connection.info
            answer: dict[str, object] = {
                "version": info.server_version,
                "name": info.parameter_status("server_version"),
                "encoding": info.parameter_status("server_encoding"),
            }
    except psycopg.Error as error:
        answer = {"error": " ".join(str(error).split())}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
