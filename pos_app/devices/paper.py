"""The paper of a receipt printer that is no printer.

    python -m pos_app.devices.paper --listen PORT --out DIR

See `pos_app.devices.virtual_printer`, whose command this is under the name of what it shows.
"""

from __future__ import annotations

import sys

from pos_app.devices.virtual_printer import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
