"""All of a demo together."""

from .centre import Centre, make_keys
from .basics import say
from .shop import add_shop
from .till import Till


class Demo:
    """Started from the centre on, and ended the other way round."""

    def __init__(self, folder, with_sync=True):
        self.folder = folder
        self.with_sync = with_sync
        self.centre = Centre(folder)
        self.tills = []

    def start(self, count):
        """With that many tills, or as many more as there are."""
        self.folder.prepare()
        wanted = {f"T{number:02}" for number in range(1, count + 1)}
        if not wanted <= set(self.folder.tills()):
            say("Setting up (only once):")
        if not self.folder.is_ready():
            say("  keys and certificates of a merchant, a broker and a centre")
            make_keys(self.folder)
        self.centre.start()
        if not self.folder.is_ready():
            self.open_shop()
        self.tills = [Till(self.folder, name, self.centre)
                      for name in sorted(wanted | set(self.folder.tills()))]
        for till in self.tills:
            till.set_up()
        say("Starting tills and their sync daemons ..." if self.with_sync else
            "Starting tills; a sync daemon only until a new one knows its prices ...")
        for till in self.tills:
            till.start(self.with_sync)

    def open_shop(self):
        say("  a burger shop at the centre: products, staff, members, coupons, settings")
        pins, coupons = add_shop(self.centre.web)
        self.folder.note(pins=pins, coupons=coupons, ready=True)

    def check(self):
        self.centre.check()
        for till in self.tills:
            till.check()

    def totals(self):
        """Both sides, each by itself: the till's ledger, and what the centre answers."""
        for till in self.tills:
            events = till.events()
            sums = [event["body"]["total_minor"] for event in events if event["type"] == "sale"]
            yield (till.name, (len(events), len(sums), sum(sums)),
                   (self.centre.held(till.name), *self.centre.sales(till.name)))

    def stop(self):
        """First the tills, then what brings home what they have sold, then where it comes to."""
        for part in (*self.tills, self.centre):
            part.stop()
