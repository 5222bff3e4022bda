"""``./wz test``: everything the tests need, then pytest."""

import subprocess
from pathlib import Path

from wenzhou.city.launch import browser
from wenzhou.city.launch.environment import Environment
from wenzhou.city.launch.frontend import Frontend
from wenzhou.city.launch.say import Steps, line
from wenzhou.city.launch.tree import Tree

_NO_TESTS = 5  # pytest's exit code when nothing was collected
_PLACES = ("wenzhou", "e2e")
_SPARK = "wenzhou/kernel/linkage/tests/test_spark.py"


def run_tests(tree: Tree, arguments: list[str]) -> int:
    """Runs pytest with two processes over everything, or over what the arguments name; gives its exit code.

    ``--spark`` runs the linkage on a local Spark alone, and fails where PySpark or Java is missing.

    Tests of one ``xdist_group`` share a process. Under CI=true tests that need a browser fail when there is
    none.
    """
    steps = Steps(3)
    with steps.step("环境", "environment") as notes:
        notes.append(Environment(tree).ensure("dev"))
    with steps.step("前端", "front-end") as notes:
        notes.append(Frontend(tree).ensure())
    with steps.step("浏览器", "browser") as notes:
        found = browser.ensure()
        notes.append(found or "无 none")
    environment = tree.environment(WZ_BROWSER=found)
    if "--spark" in arguments:
        arguments = [_SPARK, *(one for one in arguments if one != "--spark")]
        environment["WZ_SPARK"] = "1"
    environment.pop("WZ_DATA", None)  # tests never touch the data of a city that runs
    command = [str(tree.python), "-m", "pytest", "-n", "2", "--dist", "loadgroup", *arguments]
    if not _names_a_place(tree, arguments):
        command += [place for place in _PLACES if (tree.root / place).is_dir()]
    code = subprocess.call(command, cwd=tree.root, env=environment, stdin=subprocess.DEVNULL)
    if not found:
        browser.say_none()  # again: by now the first line is far above
    if code == _NO_TESTS:
        line("没有符合条件的测试", "no test was found, which is no success")
    return code


def _names_a_place(tree: Tree, arguments: list[str]) -> bool:
    """Whether an argument is a file, a folder or a test's id, so that "everything" is not meant."""
    plain = (argument.partition("::")[0] for argument in arguments if not argument.startswith("-"))
    return any(argument and (tree.root / Path(argument)).exists() for argument in plain)
