"""Load: websocket sessions that change a filter every five seconds or so; bounded in number and time."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path
from tempfile import mkdtemp

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.bench.app import memory_mb, running
from tests.bench.timing import median_and_p95

SESSIONS = (1, 20, 100)
CHANGES = 6
PAUSE = 5.0


def measure(folder: Path, _schools: int) -> dict[str, object]:
    """For each number of sessions: time from a change to the finished script, and memory of the server."""
    figures: dict[str, object] = {}
    for sessions in SESSIONS:
        warehouse = Path(mkdtemp(dir=folder if folder.exists() else None))
        with running(warehouse) as (url, process):
            asyncio.run(_visit(url, 0, [], changes=1, pause=0))  # the first start builds the snapshot
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(process.pid, {0})  # the goal is for one core
            # A crowd that all comes in the first five seconds after a start, and one on a server that has been in use.
            for when in ("just started", "in use"):
                taken: list[float] = []
                asyncio.run(_crowd(url, sessions, taken))
                figures[f"{sessions} sessions, {when}"] = median_and_p95(taken) | {"memory_mb": memory_mb(process)}
    return figures


async def _crowd(url: str, sessions: int, taken: list[float]) -> None:
    await asyncio.gather(*(_visit(url, number, taken, CHANGES, PAUSE) for number in range(sessions)))


async def _visit(url: str, number: int, taken: list[float], changes: int, pause: float) -> None:
    choice = random.Random(number)
    await asyncio.sleep(choice.random() * pause)
    async with connect(f"ws{url.removeprefix('http')}/_stcore/stream", max_size=None, subprotocols=["streamlit"]) as ws:
        await _rerun(ws, "data=demo&year=2024")
        for _ in range(changes):
            await asyncio.sleep(pause * (0.5 + choice.random()))
            start = time.perf_counter()
            await _rerun(ws, f"data=demo&year={choice.randint(2017, 2024)}&district=demo-d{choice.randint(1, 12):02d}")
            taken.append(time.perf_counter() - start)


async def _rerun(ws, query: str) -> None:  # type: ignore[no-untyped-def]
    message = BackMsg()
    message.rerun_script.query_string = query
    await ws.send(message.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(await ws.recv())
        if answer.WhichOneof("type") == "script_finished" and answer.script_finished == 0:
            return
