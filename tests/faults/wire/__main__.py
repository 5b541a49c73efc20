"""`python -m tests.faults.wire`: spoil a till's requests in every way, at each byte."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.faults.disk.power import FAST_FOLDER
from tests.faults.wire.proxy import SpoilingProxy
from tests.faults.wire.spoiling import faults, run
from tests.sync.both_sides import FIRST_CODE, CentreProcess, TillSide, centre_command


def main(arguments: list[str]) -> int:
    """Run on a centre and a till of its own, and print the outcome; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.wire", description=__doc__)
    parser.add_argument("--last-byte", type=int, default=4096)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--facts", type=int, default=1000)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="evertill-wire-", dir=FAST_FOLDER) as folder:
        centre = CentreProcess(Path(folder) / "centre")
        centre_command("load-demo", "--data", str(centre.folder), "--products", "60")
        code = centre_command("enrolment-code", "--data", str(centre.folder), "--store", "S1", "--till", "2")
        (centre.folder / FIRST_CODE).write_text(code)
        centre.start()
        till, proxy = TillSide(Path(folder) / "till"), SpoilingProxy(centre.port)
        try:
            till.enrol_at(centre, proxy.url)
            outcome = run(
                centre,
                till,
                proxy,
                faults(last_byte=options.last_byte, step=options.step),
                facts=options.facts,
            )
        finally:
            till.close()
            proxy.close()
            centre.kill()
    seconds = time.monotonic() - began
    print(json.dumps(msgspec.to_builtins(outcome), indent=2))
    print(f"{seconds:.0f} s, of them {time.process_time():.0f} s of CPU in this process")
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
