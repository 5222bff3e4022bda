"""What can be known to fail is found out before anything is made."""

import errno
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from wenzhou.city.launch.cluster import Cluster
from wenzhou.city.launch.locks import FileLock
from wenzhou.city.launch.say import LaunchError, free_bytes, no_space
from wenzhou.city.launch.tree import Tree
from wenzhou.city.proxies import trusted_proxies

OLDEST_SERVER = 17
_MIB = 1024 * 1024
_TREE_NEEDS = 1200 * _MIB  # environment and front-end parts
_DATA_NEEDS = 250 * _MIB  # a new cluster with its log, and the static files
_PERSON_NEEDS = 3 * 1024  # with firms, cases and what is written ahead of them
_ALWAYS = 50 * _MIB

_NUMBERS = (
    "WZ_HSTS_SECONDS",
    "WZ_UPLOAD_CASE_FILES",
    "WZ_UPLOAD_CASE_MB",
    "WZ_UPLOAD_DAY_FILES",
    "WZ_UPLOAD_DAY_MB",
)


@dataclass(frozen=True)
class Options:
    """What ``./wz up`` was asked for. ``data`` is absolute; ``port`` 0 lets the system choose."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("var")
    persons: int = 20_000
    demo: bool = True

    @property
    def up_lock(self) -> Path:
        """The file whose lock says that this data folder is in use."""
        return self.data / "lock" / "up.lock"


def check(tree: Tree, options: Options) -> None:
    """Raises ``LaunchError`` for a data folder in use, a port in use, a read-only folder, a full disk, a
    wrong URL.
    """
    check_not_running(options)
    check_port(options.host, options.port)
    folders = [options.data] if tree.venv.exists() and tree.build.exists() else [options.data, tree.root]
    for folder in folders:
        check_writable(folder)
    check_space(tree, options)
    check_settings()
    url = os.environ.get("WZ_DATABASE_URL")
    if url:
        check_url(url)
    else:
        Cluster(options.data, durable=True).check_folder()


def check_settings() -> None:
    """Refuses settings from the environment that the city could not read."""
    try:
        trusted_proxies(os.environ.get("WZ_TRUSTED_PROXIES", ""))
    except ValueError as error:
        raise LaunchError("WZ_TRUSTED_PROXIES 应为 IP 地址或网段，用逗号分隔", str(error)) from error
    public = os.environ.get("WZ_PUBLIC_URL", "")
    if public and not re.fullmatch(r"https?://[^/?#\s]+", public):
        raise LaunchError(
            f"WZ_PUBLIC_URL 应如 https://www.example.gov.cn，末尾不带斜杠：{public}",
            f"WZ_PUBLIC_URL is like https://www.example.gov.cn, without a path: {public}",
        )
    for name in _NUMBERS:
        if not (os.environ.get(name) or "0").isdecimal():
            raise LaunchError(f"{name} 应为整数", f"{name} is a whole number")


def check_not_running(options: Options) -> None:
    """Refuses a second ``up`` on one data folder."""
    if not FileLock(options.up_lock).is_free():
        raise in_use(options)


def in_use(options: Options) -> LaunchError:
    """The line for a data folder that another ``up`` works on; says where that one answers when it is
    known.
    """
    try:
        where = options.up_lock.read_text().strip()
    except OSError:
        where = ""
    known = f" ({where})" if where else ""
    return LaunchError(
        f"数据目录 {options.data} 已有 ./wz up 在运行{known}",
        f"another ./wz up already runs on {options.data}; choose another with --data",
    )


def check_port(host: str, port: int) -> None:
    """Refuses a port that cannot be listened on."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise LaunchError(f"主机名无效：{host}", f"not an address of this machine: {host}") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise _port_trouble(host, port, error) from error


def _port_trouble(host: str, port: int, error: OSError) -> LaunchError:
    if error.errno == errno.EADDRINUSE:
        return LaunchError(f"端口 {port} 已被占用", f"port {port} is in use; choose another with --port")
    if error.errno == errno.EACCES:
        return LaunchError(f"无权使用端口 {port}", f"port {port} needs more rights; choose one above 1023")
    return LaunchError(f"无法监听 {host}:{port}", f"cannot listen on {host}:{port}: {error.strerror}")


def free_port(host: str) -> int:
    """A port that is free now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def check_writable(folder: Path) -> None:
    """Refuses a folder in which nothing can be made; looks at the nearest parent when it does not exist
    yet.
    """
    if folder.exists() and not folder.is_dir():
        raise LaunchError(f"{folder} 不是目录", f"{folder} is not a folder")
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise LaunchError(f"目录不可写：{folder}", f"read-only folder: cannot write in {nearest}")


def check_space(tree: Tree, options: Options) -> None:
    """Refuses a disk without room for what is still to be made."""
    data = options.data
    new_city = _DATA_NEEDS + (options.persons * _PERSON_NEEDS if options.demo else 0)
    needs: dict[int, tuple[int, Path]] = {}
    for folder, amount in (
        (tree.root, _ALWAYS if tree.venv.exists() else _TREE_NEEDS),
        (data, _ALWAYS if (data / "postgres").exists() else new_city),
    ):
        nearest = folder
        while not nearest.exists():
            nearest = nearest.parent
        device = nearest.stat().st_dev
        needs[device] = (needs.get(device, (0, folder))[0] + amount, folder)
    for amount, folder in needs.values():
        if free_bytes(folder) < amount:
            raise no_space(folder)


def check_url(url: str) -> None:
    """Refuses a WZ_DATABASE_URL that is no address of PostgreSQL or where nothing listens."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise bad_url("地址无法解析", "it is no address") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise bad_url("须以 postgresql:// 开头", "it must begin with postgresql://")
    if not parts.path.strip("/"):
        raise bad_url("缺少数据库名", "it names no database")
    try:
        port = parts.port or 5432
    except ValueError as error:
        raise bad_url("端口无效", "its port is no number") from error
    query = parse_qs(parts.query)
    host = unquote(query["host"][0] if "host" in query else parts.hostname or "")
    port = int(query["port"][0]) if query.get("port", [""])[0].isdigit() else port
    if host and "," not in host:
        _knock(host, port)


def _knock(host: str, port: int) -> None:
    try:
        if host.startswith("/"):
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(f"{host}/.s.PGSQL.{port}")
        else:
            socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise bad_url(f"{host}:{port} 无应答", f"nothing answers at {host}:{port} ({error})") from error


def bad_url(zh: str, en: str) -> LaunchError:
    """The one line for a wrong WZ_DATABASE_URL; never shows the URL, which may hold a password."""
    return LaunchError(f"WZ_DATABASE_URL 无法使用：{zh}", f"WZ_DATABASE_URL cannot be used: {en}")


def check_server(tree: Tree, url: str) -> str:
    """Signs in at the server of WZ_DATABASE_URL and refuses one that the city cannot live in; gives its version.

    Needs the environment, since the driver is in it; makes nothing.
    """
    done = subprocess.run(
        [str(tree.python), "-m", "wenzhou.city.launch.probe"],
        cwd=tree.root,
        env=tree.environment(WZ_DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise LaunchError("无法检查数据库", "cannot check the database", detail=done.stderr) from error
    if "error" in found:
        raise bad_url(found["error"], found["error"])
    for fits, zh, en in _requirements(found):
        if not fits:
            raise bad_url(zh, en)
    return str(found["name"])


def _requirements(found: dict[str, Any]) -> Iterator[tuple[bool, str, str]]:
    """What a server must be and we must be allowed to do there: whether it is so, and the line if not."""
    name, encoding = found["name"], found["encoding"]
    new_enough = found["version"] // 10_000 >= OLDEST_SERVER
    yield new_enough, f"PostgreSQL {name} 太旧", f"PostgreSQL {name} is too old, {OLDEST_SERVER} is needed"
    yield encoding == "UTF8", f"编码为 {encoding}", f"its encoding is {encoding}, UTF8 is needed"
    yield not found["read_only"], "数据库只读", "the database is read-only (a standby?)"
    yield found["may_create"], "用户无权在其中建表", "its user may create no tables there: make it the owner"
    yield (
        found["has_extension"],
        "服务器缺少扩展 btree_gist",
        "the server lacks the extension btree_gist: install PostgreSQL's contrib package",
    )
    yield (
        found["may_extend"],
        "用户无权安装扩展 btree_gist",
        "its user may not install the extension btree_gist: make it the owner of the database",
    )
