"""Cells in an order, as they stand or as they ran, and what each gives there."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from jupyter_nbquality.dataflow.graph import Unit
from jupyter_nbquality.dataflow.steps import Plan
from jupyter_nbquality.dataflow.tracing import Traced, trace
from jupyter_nbquality.dataflow.values import Value


class Place(NamedTuple):
    """What a cell gave where it ran, or gives where it stands.

    Attributes:
        certain: Where certain changes alone are followed.
        possible: Where possible changes are followed too.
    """

    certain: Traced
    possible: Traced


class Order:
    """Cells in an order, and what the names hold at its end."""

    def __init__(self) -> None:
        self._names: tuple[dict[str, Value], dict[str, Value]] = ({}, {})

    @property
    def certain(self) -> Mapping[str, Value]:
        """What the names hold, where certain changes alone are followed."""
        return self._names[0]

    def follow(
        self,
        plan: Plan,
        unit: Unit,
        token: Hashable,
        *,
        outdated: bool = False,
        before: Place | None = None,
    ) -> Place:
        """Follows the values through the next cell.

        Args:
            plan: Of the cell.
            unit: The cell in its place.
            token: Stands for the run.
            outdated: Whether it would give something else for reasons from elsewhere.
            before: What it gave before, if all but what it reads is as it was then.
        """
        traced: list[Traced] = []
        for possible, names in enumerate(self._names):
            found = before[possible] if before is not None else None
            if found is None or not all(
                value.is_same(names.get(name)) if value is not None else name not in names
                for name, value in found.asked.items()
            ):
                found = trace(plan, unit, names, token, possible=bool(possible), outdated=outdated)
            for name, value in found.gives.items():
                if value is None:
                    names.pop(name, None)
                else:
                    names[name] = value
            traced.append(found)
        return Place(*traced)


class Kept(NamedTuple):
    """What a cell of the document gives, and in view of what.

    Attributes:
        plan: Of the cell.
        effective: What it does where it stands.
        outdated: Whether it would give something else for reasons from elsewhere.
        token: Stands for its last run.
        place: What it gives.
    """

    plan: Plan
    effective: object
    outdated: bool
    token: Hashable
    place: Place

    def holds(self, plan: Plan, effective: object, outdated: bool, token: Hashable) -> bool:
        """Tells whether it would give the same, if it reads the same."""
        return (
            self.plan is plan
            and self.effective is effective
            and self.outdated == outdated
            and (self.token == token or not any(traced.varies for traced in self.place))
        )


class Document:
    """What the cells give as they stand.

    Attributes:
        kept: By cell, in document order.
        positions: The places of the cells.
        read_from: The cells with the names under which others find what they gave.
    """

    def __init__(self, kept: dict[str, Kept]) -> None:
        self.kept = kept
        self.positions = {cell: position for position, cell in enumerate(kept)}
        self.read_from = {
            (writer, name)
            for each in kept.values()
            for name, seen in each.place.certain.seen.items()
            for writer in seen.value.writers()
        }
