"""The user the embedded database runs under when the launcher is root: PostgreSQL refuses to run as root.

Ways into folders are opened for that one user only (a POSIX access control list on Linux), never for
everybody, unless the file system has no such lists.
"""

import os
import pwd
import shutil
import stat
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from wenzhou.city.launch.say import LaunchError

USER = "wenzhou_db"
_ACL = "system.posix_acl_access"
_VERSION, _USER_OBJ, _USER_TAG, _GROUP_OBJ, _MASK, _OTHER, _NOBODY = (
    2,
    0x01,
    0x02,
    0x04,
    0x10,
    0x20,
    0xFFFFFFFF,
)


@dataclass(frozen=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int


def database_account() -> Account | None:
    """The database's own user, made when missing; None when the launcher is not root (then it is
    ourselves).
    """
    if os.geteuid() != 0:
        return None
    for name in (USER, "_postgres") if sys.platform == "darwin" else (USER,):
        entry = _lookup(name)
        if entry is not None:
            return entry
    _make_user()
    made = _lookup(USER)
    if made is None:
        raise LaunchError(
            f"无法建立数据库用户 {USER}，请以普通用户运行",
            f"cannot make the database's user {USER}; run ./wz as an ordinary user",
        )
    return made


def _lookup(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _make_user() -> None:
    """Makes a system user without home or shell. A second launcher may win the race; the look-up after
    decides.
    """
    if useradd := shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
        command = [useradd, "--system", "--no-create-home", "--user-group", "--shell", "/bin/false", USER]
    elif adduser := shutil.which("adduser"):  # BusyBox
        command = [adduser, "-S", "-D", "-H", USER]
    else:
        return
    subprocess.run(command, capture_output=True, check=False)


def open_way(target: Path, account: Account) -> None:
    """Lets ``account`` pass through every folder above ``target`` (search permission, not reading)."""
    for folder in reversed(target.resolve().parents):
        if not _may_pass(folder, account):
            _let_pass(folder, account)


def open_programs(folder: Path) -> None:
    """Makes the programs and libraries below ``folder`` readable (a umask of 077 at installation hides
    them).
    """
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def _may_pass(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _let_pass(folder: Path, account: Account) -> None:
    if sys.platform == "linux":
        try:
            os.setxattr(folder, _ACL, _acl(folder, account))
        except OSError:  # no access control lists on this file system
            pass
        else:
            return
    folder.chmod(folder.stat().st_mode | stat.S_IXOTH)


def _acl(folder: Path, account: Account) -> bytes:
    """The folder's access control list with search permission for ``account`` added (acl(5), Linux's xattr
    form).
    """
    mode = folder.stat().st_mode
    try:
        raw = os.getxattr(folder, _ACL) if sys.platform == "linux" else b""
    except OSError:
        raw = b""
    if raw:
        entries = [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw), 8)]
    else:
        entries = [
            (_USER_OBJ, mode >> 6 & 7, _NOBODY),
            (_GROUP_OBJ, mode >> 3 & 7, _NOBODY),
            (_MASK, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    mine = [(_USER_TAG, 1, account.uid)]
    kept = [entry for entry in entries if (entry[0], entry[2]) != (_USER_TAG, account.uid)]
    widened = [(tag, perm | 1 if tag == _MASK else perm, who) for tag, perm, who in kept]
    packed = b"".join(struct.pack("<HHI", *entry) for entry in sorted(widened + mine, key=_order))
    return struct.pack("<I", _VERSION) + packed


def _order(entry: tuple[int, ...]) -> tuple[int, int]:
    return (entry[0], entry[2])
