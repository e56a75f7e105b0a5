"""The sample centre: two sites, eight queues, fourteen pools, about 3,300 visits a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kefu.areas.calls.engine.simulation import shapes
from kefu.areas.calls.engine.simulation.centre import DAY_SHIFTS, Centre, Pool, QueueSpec

SEED = 7
"""The seed of the demonstration: simulator and history must agree on the calls of the last days."""
EAST, WEST = "east", "west"

QUEUES: tuple[QueueSpec, ...] = (
    QueueSpec("q-fault-east", "宽带报障（城东）", EAST, 590, 300, 34, hold_share=0.22, transfer_to="q-complaint"),
    QueueSpec("q-fault-west", "宽带报障（城西）", WEST, 540, 300, 34, hold_share=0.22, transfer_to="q-corporate"),
    QueueSpec("q-tariff-east", "资费查询（城东）", EAST, 610, 190, 20, transfer_to="q-fault-east"),
    QueueSpec("q-tariff-west", "资费查询（城西）", WEST, 560, 190, 20, transfer_to="q-fault-west"),
    QueueSpec(
        "q-complaint", "投诉专席", EAST, 215, 390, 70,
        hold_share=0.25, transfer_share=0.01, transfer_to="q-vip", bonus_seconds=20,
    ),
    QueueSpec(
        "q-corporate", "政企专线", WEST, 215, 330, 45,
        hours=shapes.BUSINESS_HOURS, weekdays=shapes.BUSINESS_WEEKDAYS,
        hold_share=0.2, transfer_to="q-fault-west", bonus_seconds=30,
    ),
    QueueSpec(
        "q-hall", "营业厅", WEST, 305, 250, 38,
        hours=shapes.BUSINESS_HOURS, patience_scale_seconds=520.0, transfer_to="q-tariff-west",
    ),
    QueueSpec(
        "q-vip", "VIP 专席", EAST, 205, 220, 30,
        patience_scale_seconds=470.0, target_seconds=15, transfer_to="q-complaint", bonus_seconds=60,
    ),
)  # fmt: skip

FAULT_EAST = (("q-fault-east", 0), ("q-tariff-east", 1))
TARIFF_EAST = (("q-tariff-east", 0), ("q-fault-east", 1))
TARIFF_WEST = (("q-tariff-west", 0), ("q-fault-west", 1))
ALL_EAST = (("q-fault-east", 0), ("q-tariff-east", 0), ("q-vip", 1), ("q-complaint", 1), ("q-fault-west", 1))
ALL_WEST = (("q-fault-west", 0), ("q-tariff-west", 0), ("q-hall", 1), ("q-corporate", 1), ("q-tariff-east", 1))

POOLS: tuple[tuple[str, str, str, tuple[tuple[str, int], ...], bool], ...] = (
    ("east-fault-1", "宽带报障一组", EAST, FAULT_EAST, False),
    ("east-fault-2", "宽带报障二组", EAST, FAULT_EAST, False),
    ("east-tariff-1", "资费查询一组", EAST, TARIFF_EAST, False),
    ("east-tariff-2", "资费查询二组", EAST, TARIFF_EAST, False),
    ("east-vip", "VIP 服务组", EAST, (("q-vip", 0), ("q-tariff-east", 1), ("q-complaint", 1)), False),
    ("east-complaint", "投诉处理组", EAST, (("q-complaint", 0), ("q-vip", 1)), False),
    ("east-all", "城东综合组", EAST, ALL_EAST, True),
    ("west-fault", "宽带报障三组", WEST, (("q-fault-west", 0), ("q-tariff-west", 1)), False),
    ("west-tariff-1", "资费查询三组", WEST, TARIFF_WEST, False),
    ("west-tariff-2", "资费查询四组", WEST, TARIFF_WEST, False),
    ("west-hall-1", "营业厅一组", WEST, (("q-hall", 0), ("q-tariff-west", 1)), False),
    ("west-hall-2", "营业厅二组", WEST, (("q-hall", 0), ("q-tariff-west", 1)), False),
    ("west-corporate", "政企服务组", WEST, (("q-corporate", 0), ("q-fault-west", 1)), False),
    ("west-all", "城西综合组", WEST, ALL_WEST, True),
)
"""Code, name, site, skills, night duty of each pool; the demo's teams bear these codes."""


def sample_centre(agents: Mapping[str, Sequence[str]] | None = None) -> Centre:
    """The sample centre with ``agents`` (pool code → names as the telephone system knows them).

    Without names each pool gets fifteen agents, ``Agent/2001`` onwards; with names, pools without any are left out.
    """
    if agents is None:
        numbers = iter(range(2001, 2001 + 15 * len(POOLS)))
        agents = {code: [f"Agent/{next(numbers)}" for _ in range(15)] for code, *_rest in POOLS}
    pools = tuple(
        Pool(code, site, tuple(agents[code]), skills, is_night)
        for code, _name, site, skills, is_night in POOLS
        if agents.get(code)
    )
    return Centre(queues=QUEUES, pools=pools, shifts=DAY_SHIFTS)
