"""What only catches a hang has one bound, far above what anything takes: less is red on a busy machine.

And where the tests are killed, so is what they have started.
"""

from __future__ import annotations

import ast
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.hangguard import HANG_GUARD
from tests.tools.places import ROOT

TESTS = Path(__file__).parent.parent
BY_POSITION = {"timeout": 0, "wait_for": 1, "result": 0, "join": 0}
BY_NAME = {"run", "AsyncClient", "communicate"}
LEAST = 300.0


def guards(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what stands where a call says how long it waits at most."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = BY_POSITION.get(name)
            if place is not None and len(node.args) > place:
                yield node.args[place]
            if name in BY_NAME or name.startswith(("to_", "not_to_")):
                yield from (keyword.value for keyword in node.keywords if keyword.arg == "timeout")


def own_guards(text: str) -> list[int]:
    """Return the lines of ``text`` that guard with a number of their own, or call one of their own the guard."""
    tree = ast.parse(text)
    numbers = [value.lineno for value in guards(tree) if isinstance(value, ast.Constant) and value.value is not None]
    named = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "").endswith("GUARD") for target in node.targets)
    ]
    return sorted(numbers + named)


def test_a_guard_of_its_own_is_seen() -> None:
    text = (
        "async with asyncio.timeout(10): pass\nawait asyncio.wait_for(x(), 10)\nHANG_GUARD = 20.0\nrun(a, timeout=60)\n"
    )
    assert own_guards(text) == [1, 2, 3, 4]
    assert own_guards("async with asyncio.timeout(HANG_GUARD): run(a, timeout=HANG_GUARD)") == []


def test_nothing_but_the_one_guard_ends_what_hangs() -> None:
    files = [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    files += [*TESTS.glob("fakes/**/*.py"), *TESTS.rglob("conftest.py")]
    found = {f"{path.relative_to(TESTS)}:{line}" for path in files for line in own_guards(path.read_text("utf-8"))}
    assert not found
    assert HANG_GUARD >= LEAST


TESTS_THAT_START_SOMETHING = """
import os
from subprocess import PIPE, Popen
from tests.fakes.warm import Warm
from tests.tools.hangguard import ends_with_us
with Warm(cold=True) as warm:
    bot = warm.start("chat", env=os.environ, streams=(0, 1, 2))
    program = Popen(ends_with_us(["sh", "-c", "echo started; exec sleep 36000"]), stdout=PIPE)
    program.stdout.readline()
    print(bot.pid, warm._process.pid, program.pid, flush=True)
    bot.ended()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with the one that started it")
def test_what_tests_started_ends_with_them_though_they_are_killed() -> None:
    command = [sys.executable, "-c", TESTS_THAT_START_SOMETHING]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout
        running = [os.pidfd_open(int(pid)) for pid in tests.stdout.readline().split()]
        assert len(running) == 3
        assert not select.select(running, [], [], 0)[0]
        tests.kill()
        for process in running:
            assert select.select([process], [], [], HANG_GUARD)[0], "it has stayed"
            os.close(process)
