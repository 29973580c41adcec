"""What ends an evaluation whose client has left."""

from __future__ import annotations

import asyncio

import pytest

from kg.processes.evaluation import GRACE_SECONDS, LeftAlone


@pytest.mark.parametrize("answered", [True, False])
def test_a_worker_is_ended_only_where_its_client_left_before_the_answer(answered: bool) -> None:
    ended: list[bool] = []

    async def run() -> None:
        left = asyncio.get_running_loop().create_future()
        ending = LeftAlone(left, lambda: ended.append(True))
        left.set_result(None)
        if answered:
            ending.cancel()  # in the same turn of the loop
        await asyncio.sleep(5 * GRACE_SECONDS)

    asyncio.run(run())
    assert bool(ended) is not answered
