"""The centre as one value: its database, its waiting tills and its limits. Handlers are given it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sync.server.clock import now_text
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from sync.server.device_passes import DevicePasses
from sync.server.escrow_key import EscrowKey
from sync.server.form_tokens import FormTokens
from sync.server.hearing import Hearing
from sync.server.limits import AtOnce, RateLimit
from sync.server.looks import Looks
from sync.server.messages.log_file import FILE as MESSAGES_FILE
from sync.server.messages.log_file import LogFile
from sync.server.messages.port import Carrier
from sync.server.messages.sending import Post
from sync.server.messages.smtp import Smtp, mail_server
from sync.server.metrics import Metrics
from sync.server.orders.code_keys import CodeKeys
from sync.server.orders.desk import OrderDesk
from sync.server.orders.desk_keys import teach_desks
from sync.server.orders.keeping import Keeper
from sync.server.orders.moving import StoreMoves
from sync.server.payments.absent import NoProvider
from sync.server.payments.cashier import Cashier
from sync.server.payments.simulator import FOLDER as SIMULATOR_FOLDER
from sync.server.payments.simulator import Simulator
from sync.server.pictures import FOLDER, PictureStore
from sync.server.roll import Roll
from sync.server.settings import SIMULATED_PAYMENTS, WHEN_READY, Settings
from sync.server.shop.storefront import Storefront
from sync.server.snapshots import FOLDER as SNAPSHOTS_FOLDER
from sync.server.snapshots import Snapshots
from sync.server.staffing.signing_in import Staffing
from sync.server.streams import SHORT_LOGS, forget_changes
from sync.server.wakeups import Wakeups

CHANGES_KEPT = timedelta(days=90)
"""A till that was away for longer takes a snapshot."""

SHORT_LOGS_KEPT = timedelta(days=2)
"""The same for streams that change all day long."""


MOST_BATCHES: Final = 16
"""Batches of journals in work at once: fewer than there are threads, so that everything else goes on."""

LATER_SECONDS: Final = 2
"""After so long a till comes again that was told to."""


class Centre:
    """Everything a request needs. `close()` when no request runs any more."""

    def __init__(self, settings: Settings) -> None:
        # Token hashes, PIN hashes and everything sold: nobody else's business on this machine.
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings = settings
        self.database = Database(settings.database_url)
        upgrade(self.database)
        self.forget_old_changes()
        self.pictures = PictureStore(settings.data / FOLDER)
        self.snapshots = Snapshots(settings.data / SNAPSHOTS_FOLDER, self.database)
        self.form_tokens = FormTokens(settings.data)
        self.staffing = Staffing(self.database, settings.password_cost)
        self.storefront = Storefront(settings.data, self.database)
        self.code_keys = CodeKeys(settings.data)
        self.orders = OrderDesk(self.database, self.code_keys)
        # The only provider there is: it says on its page that no money moves.
        self.simulator = Simulator(settings.data / SIMULATOR_FOLDER)
        self.cashier = Cashier(
            self.database,
            self.orders,
            self.simulator if settings.payments == SIMULATED_PAYMENTS else NoProvider(),
            capture_when_ready=settings.capture == WHEN_READY,
        )
        if settings.payments == SIMULATED_PAYMENTS:
            self.simulator.on_notice = self.cashier.take_notice
        self.keeper = Keeper(self.database, self.orders)
        self.store_moves = StoreMoves(self.database, self.orders)
        self.post = Post(self.database, _carrier(settings), public_address=settings.public_address)
        self.hearing = Hearing(self.database)
        self.device_passes = DevicePasses(self.database)
        self.roll = Roll(self.database)
        self.escrow_key = EscrowKey(settings.data)
        self.wakeups = Wakeups()
        self.looks = Looks(self.database)
        self.database.on_published = self.wakeups.published
        # A till sends a few requests a second at most, also when it catches up after a long night.
        self.request_limit = RateLimit(per_second=100, burst=500)
        # Eight letters of 31 are not guessed at one try a second.
        self.enrolment_limit = RateLimit(per_second=1, burst=20)
        # Two requests a till every few minutes; a whole chain behind one address starts within a minute.
        self.challenge_limit = RateLimit(per_second=50, burst=500)
        self.channel_limit = RateLimit(per_second=50, burst=200)
        self.batches = AtOnce(MOST_BATCHES, later_seconds=LATER_SECONDS)
        self.metrics = Metrics()
        self.metrics.in_work.set_function(lambda: float(self.batches.in_work))

        with self.database.write() as connection:
            teach_desks(connection, self.code_keys)

    def forget_old_changes(self) -> None:
        """Drop the change logs of what no till that is in touch will ask for."""
        with self.database.write() as connection:
            forget_changes(connection, published_before=now_text(plus=-CHANGES_KEPT))
        with self.database.write() as connection:
            before = now_text(plus=-SHORT_LOGS_KEPT)
            forget_changes(connection, published_before=before, streams=SHORT_LOGS)

    def close(self) -> None:
        """Let go of the database."""
        self.snapshots.close()
        self.storefront.close()
        self.staffing.close()
        self.database.close()


def _carrier(settings: Settings) -> Carrier:
    """Return what carries messages; raises `MailRefused` for a server or sender that cannot be."""
    if not settings.mail_server:
        return LogFile(settings.data / MESSAGES_FILE)
    return Smtp(mail_server(settings.mail_server, settings.mail_from))
