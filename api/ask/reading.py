"""What has been read of a question so far: the state that each of its items acts on."""

from dataclasses import dataclass, field, replace

from api.ask.items import Item
from api.ask.query import Intent, Slot, TrialQuery
from api.ask.sides import Sides


@dataclass(slots=True)
class Reading:
    """What has been read so far, and how the next therapy joins it."""

    query: TrialQuery = field(default_factory=TrialQuery)
    intent: Intent = Intent.LIST
    place: str = "therapies"
    join: str | None = None
    rank: str | None = None
    endpoint_open: bool = False
    landmark: tuple[float, str] | None = None
    barring: bool = False
    comparing: bool = False
    idle: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    sides: Sides = field(default_factory=Sides)

    def put(self, **values: object) -> None:
        """Set fields of the query."""
        self.query = replace(self.query, **values)  # type: ignore[arg-type]

    def move_last_therapy(self, place: str, item: Item) -> None:
        """What the last therapy is becomes clear after it: "platinum failure", "docetaxel as control"."""
        slots = self.query.therapies
        moved: tuple[Slot, ...] = getattr(self.query, place)
        if self.place == place and moved:
            return
        if self.place != "therapies" or not slots:
            self.idle.append(item.text.strip(" -"))
            return
        self.put(therapies=slots[:-1], **{place: (*moved, slots[-1])})
        self.sides.forget()
