"""Worker processes that hang, die or are not waited for, and a server that goes on.

A process that is stopped by a signal stands for an analysis that does not end.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time

import pytest
from tornado.iostream import StreamClosedError
from tornado.tcpclient import TCPClient

from jupyter_nbquality.server.openapi import BASE
from tests.server.conftest import notebook, reply

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")


def config(**settings):
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_nbquality": True}},
        "NbQualityManager": {"worker_count": 1, **settings},
    }


def alive(pid: int) -> bool:
    """Whether a process is there, also as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def inspect(ask):
    return lambda path="a.ipynb": ask("inspect", {"notebook": notebook("x = 1", path=path)})


async def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        await asyncio.sleep(0.01)


async def test_no_process_before_it_is_needed(ask, manager):
    assert (await ask("version")).code == 200
    assert manager.pool.pids == []


@pytest.mark.parametrize("jp_server_config", [config()])
async def test_the_process_is_kept_between_requests(inspect, manager):
    assert (await inspect()).code == 200
    (pid,) = manager.pool.pids
    assert (await inspect()).code == 200
    assert manager.pool.pids == [pid]


@posix
@pytest.mark.parametrize("jp_server_config", [config()])
async def test_killed_while_it_works(inspect, manager):
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    waiting = asyncio.ensure_future(inspect())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    os.kill(pid, signal.SIGKILL)
    response = await waiting
    assert (response.code, reply(response)["reason"]) == (503, "crash")
    assert not alive(pid)
    assert (await inspect()).code == 200


@posix
@pytest.mark.parametrize("jp_server_config", [config()])
async def test_killed_while_idle(inspect, manager):
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.1)
    assert (await inspect()).code == 200
    assert not alive(pid)


@posix
@pytest.mark.parametrize("jp_server_config", [config()])
async def test_time_limit(inspect, manager):
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    manager.pool.time_limit = 2.0  # after the process has started: this machine may be slow
    start = time.monotonic()
    response = await inspect()
    assert 1.5 < time.monotonic() - start < 4.0
    assert (response.code, reply(response)["reason"]) == (504, "time-limit")
    assert "longer than 2 seconds" in reply(response)["message"]
    assert not alive(pid)
    manager.pool.time_limit = 60.0
    assert (await inspect()).code == 200


@posix
@pytest.mark.parametrize("jp_server_config", [config(cancel_grace=0.3)])
async def test_nobody_waits_any_more(inspect, manager, connect):
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    begun = await connect()
    await until(lambda: manager.pool.busy == 1)
    queued = await connect()
    await until(lambda: manager.pool.busy == 2)
    queued.close()
    await until(lambda: manager.pool.busy == 1)
    assert alive(pid)
    begun.close()
    await until(lambda: manager.pool.busy == 0)
    assert not alive(pid)
    assert (await inspect()).code == 200


@posix
@pytest.mark.parametrize("jp_server_config", [config(cancel_grace=5.0)])
async def test_what_ends_soon_is_let_be(inspect, manager, connect):
    """Killing it would cost more than letting it end, and all that it knows."""
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    stream = await connect()
    await until(lambda: manager.pool.busy == 1)
    stream.close()
    await asyncio.sleep(0.2)
    os.kill(pid, signal.SIGCONT)
    await until(lambda: manager.pool.busy == 0)
    assert (await inspect()).code == 200
    assert manager.pool.pids == [pid]


@posix
@pytest.mark.parametrize("jp_server_config", [config(worker_count=2)])
async def test_a_notebook_that_hangs_does_not_hold_up_another(inspect, manager, connect):
    await inspect("a.ipynb")
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    stream = await connect()
    await until(lambda: manager.pool.busy == 1)
    assert (await inspect("b.ipynb")).code == 200
    await asyncio.sleep(0.5)
    assert (await inspect("a.ipynb")).code == 200
    assert manager.pool.busy == 1
    stream.close()


@pytest.mark.parametrize("jp_server_config", [config(worker_count=2)])
async def test_a_notebook_goes_to_the_process_that_knows_it(inspect, manager):
    await asyncio.gather(inspect("a.ipynb"), inspect("b.ipynb"))
    await asyncio.gather(*(inspect("a.ipynb") for _ in range(3)), inspect("b.ipynb"))
    assert len(manager.pool.pids) == 2
    assert len(set(manager.pool.known.values())) == 2


async def test_the_end_of_the_server_is_theirs(inspect, manager):
    await inspect()
    pids = manager.pool.pids
    assert pids
    await manager.close()
    assert not any(alive(pid) for pid in pids)
    response = await inspect()
    assert (response.code, reply(response)["reason"]) == (503, "stopping")


@posix
async def test_the_end_of_the_server_does_not_wait_for_work(inspect, manager, connect):
    await inspect()
    (pid,) = manager.pool.pids
    os.kill(pid, signal.SIGSTOP)
    await connect()
    await until(lambda: manager.pool.busy == 1)
    await asyncio.wait_for(manager.close(), 5)
    assert not alive(pid)


@posix
async def test_a_process_ends_with_a_server_that_crashed(inspect, manager):
    """Whoever holds the other end of its input is gone: nobody will ever ask or kill it."""
    await inspect()
    worker = manager.pool.workers[0]
    process = worker.process
    process.stdin.close()
    await until(lambda: not process.alive)
    await asyncio.sleep(0)


async def test_a_module_of_the_person_does_not_get_in_the_way(
    inspect, manager, tmp_path, monkeypatch
):
    """The server runs in the folder of notebooks, where `random.py` is a popular name."""
    (tmp_path / "random.py").write_text("raise RuntimeError('not the one you want')\n")
    (tmp_path / "msgspec.py").write_text("raise RuntimeError('not the one you want')\n")
    monkeypatch.chdir(tmp_path)
    # The last part is empty, as it is where somebody only wanted to put one in front.
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'none'}{os.pathsep}")
    assert (await inspect()).code == 200


@pytest.fixture
def connect(jp_http_port, jp_base_url, jp_auth_header):
    """Sends a request over a connection of its own, and does not wait for the answer."""
    streams = []

    async def send():
        stream = await TCPClient().connect("127.0.0.1", jp_http_port)
        streams.append(stream)
        body = b'{"notebook":{"path":"a.ipynb","cells":[]}}'
        head = [
            f"POST {jp_base_url}{BASE}/inspect HTTP/1.1",
            "Host: localhost",
            f"Authorization: {jp_auth_header['Authorization']}",
            f"Content-Length: {len(body)}",
        ]
        await stream.write("\r\n".join([*head, "", ""]).encode() + body)
        return stream

    yield send
    for stream in streams:
        with contextlib.suppress(StreamClosedError):
            stream.close()
