"""When what a rule gives is paid out (`release:`), and when it is taken back (`clawback:`)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from incentive_engine.kinds.lasting import Lasting, Periods
from incentive_engine.ruleset.fields import Formula, Number, Shape, refuse


class Instalment(Shape):
    """A share of what a rule gives, and when it is paid: at once where nothing else is said."""

    share: Number
    """The share, as `50%`; all shares make 100%."""
    after: Periods | None = None
    """How long after it is earned it is paid, as `3 months`; with `when`, only if that holds then."""
    within: Periods | None = None
    """With `when`: for how long after it is earned the condition may come true; then it lapses."""
    when: Formula | None = None
    """The condition under which it is paid."""

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if self.after is not None and self.within is not None:
            raise refuse("IE3068", self.within.text.span)
        if self.within is not None and self.when is None:
            raise refuse("IE3069", self.within.text.span)
        if self.when is not None and self.after is None and self.within is None:
            raise refuse("IE3069", self.when.span)
        return self

    @property
    def time(self) -> Lasting | None:
        """How long it takes, or may take; None where it is paid at once."""
        return self.after or self.within


Release = Annotated[tuple[Instalment, ...], Field(strict=False)]


class Clawback(Shape):
    """What is taken back of what a rule has paid, and when."""

    share: Number | None = None
    """The share of the payments that is taken back, as `50%`; all unless said."""
    within: Periods
    """For how long after it was made a payment can be taken back, as `12 months`."""
    when: Formula
    """The condition under which it is taken back; each payment once."""
