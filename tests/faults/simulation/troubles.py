"""What troubles a simulated chain, in one literal table; each trouble ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.simulation.till_side import SimulatedTill
    from tests.faults.simulation.world import World

YEAR = 365 * 86_400.0


def cut(world: World) -> None:
    """The line of a till is cut for a while."""
    till = _some_till(world)
    till.wire.cut = True
    world.trace.tell(f"{till.name}: the line is cut")

    def heals() -> None:
        till.wire.cut = False
        world.trace.tell(f"{till.name}: the line is whole again")

    world.clockwork.after(world.chance.uniform(30, 1500), "line heals", heals)


def crash(world: World) -> None:
    """A till will die at one of its next steps: at a commit, a request, a terminal, a printer."""
    till = _some_till(world)
    till.doomed_in = world.chance.randint(1, 25)


def disk_full(world: World) -> None:
    """A till's disk takes nothing more for a while."""
    till = _some_till(world)
    for disk in till.disks:
        disk.is_full = True
    world.trace.tell(f"{till.name}: the disk is full")

    def heals() -> None:
        for disk in till.disks:
            disk.is_full = False
        world.trace.tell(f"{till.name}: the disk has room again")

    world.clockwork.after(world.chance.uniform(30, 900), "disk heals", heals)


def disk_error(world: World) -> None:
    """The next write, or the next forcing to the disk, fails once."""
    till = _some_till(world)
    disk = world.chance.choice(till.disks)
    disk.error = world.chance.choice(("write", "fsync", "fsync"))
    world.trace.tell(f"{till.name}: the next {disk.error} of {disk.path.name} fails")


def clock(world: World) -> None:
    """A till's clock jumps, by minutes or by years."""
    till = _some_till(world)
    far = world.chance.choice((60.0, 3_600.0, 86_400.0, 10 * YEAR))
    till.wrong_by = world.chance.uniform(-far, far)
    world.trace.tell(f"{till.name}: the clock is wrong by {till.wrong_by:.0f} s")


def cache_lost(world: World) -> None:
    """A till is started without its cache."""
    till = _some_till(world)
    world.trace.tell(f"{till.name}: starts without its cache")
    till.found_again(power_lost=False, cache_lost=True)
    world.started_again(till)
    if world.chance.random() < 0.5:
        till.doomed_in = world.chance.randint(1, 40)


def till_restored(world: World) -> None:
    """A till's disk is copied, and later put back when the centre has all that it holds by then.

    Either by somebody who says so, or unnoticed: then the till finds out when it greets the centre.
    """
    till = _some_till(world)
    image = world.folder / f"image-{till.number}"
    till.copy_image(image)
    world.trace.tell(f"{till.name}: the disk is copied")

    def put_back() -> None:
        if not _has_sent_everything(till):
            world.clockwork.after(60, "restore", put_back)
            return
        told = world.chance.random() < 0.5
        till.put_image_back(image, told=told)
        world.facts["tills_restored"].append(till.name)
        world.trace.tell(f"{till.name}: the disk of before is put back{'' if told else ' unnoticed'}")
        world.started_again(till)

    world.clockwork.after(world.chance.uniform(60, 1200), "restore", put_back)


def _has_sent_everything(till: SimulatedTill) -> bool:
    """What a lost disk held and nobody else has is lost; only what the centre has can be asked for."""
    nothing_open = not till.journal.open_sales() and not till.journal.unresolved_attempts()
    return nothing_open and not till.outbox.waiting().count and not till.spool.waiting()[0]


def centre_restored(world: World) -> None:
    """The centre's database is backed up, and later restored from that: a new life of it."""
    backup = world.folder / f"backup-{world.centre.restored}"
    world.centre.back_up(backup)
    world.trace.tell("centre: a backup is made")

    def restore() -> None:
        world.centre.restore(backup)
        world.trace.tell("centre: the backup is restored")
        _hang_up(world)

    world.clockwork.after(world.chance.uniform(60, 1800), "restore", restore)


def centre_down(world: World) -> None:
    """The centre answers nobody for a while."""
    world.centre.down = True
    world.trace.tell("centre: is down")
    _hang_up(world)

    def comes_back() -> None:
        world.centre.down = False
        world.trace.tell("centre: is up again")

    world.clockwork.after(world.chance.uniform(30, 600), "centre is up", comes_back)


def _hang_up(world: World) -> None:
    """Break the polls that the centre held: whoever waits asks again and hears what it is now."""
    for till in world.tills.values():
        if till.heard.poll is not None:
            world.clockwork.after(world.chance.uniform(0.1, 20), "poll", _answer(world, till))


def _answer(world: World, till: SimulatedTill) -> Callable[[], None]:
    def answer() -> None:
        if till.heard.poll is not None:
            world.at(till, till.heard.poll.answered, "poll")

    return answer


def _some_till(world: World) -> SimulatedTill:
    return world.chance.choice(list(world.tills.values()))


TROUBLES: dict[str, Callable[[World], None]] = {
    "cut": cut,
    "crash": crash,
    "disk_full": disk_full,
    "disk_error": disk_error,
    "clock": clock,
    "cache_lost": cache_lost,
    "till_restored": till_restored,
    "centre_restored": centre_restored,
    "centre_down": centre_down,
}
"""Every kind of trouble, by its name in a scenario."""
