"""One agent beside the others of its period, who stay as they are while its own values change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incentive_engine.evaluate.peers import peer_results
from incentive_engine.evaluate.single import Value, Values
from incentive_engine.graph.instructions import Lowered, Peer


@dataclass(frozen=True, slots=True)
class Beside:
    """What the stages of an evaluation gave all agents of a period, and which of them is looked at.

    `everybody` stands in ascending order of the ids, `number` is the agent's place there, and `position_of`
    says where the value of an instruction stands among what the stages gave.
    """

    lowered: Lowered
    everybody: Sequence[Values]
    number: int
    position_of: Mapping[int, int]

    def result(self, peer: Peer, own: Mapping[int, Value]) -> Value:
        """Return the agent's result over peers, with other values of its own by place."""
        mine = list(self.everybody[self.number])
        for place, value in own.items():
            mine[self.position_of[place]] = value
        group = self.others(peer, [mine[self.position_of[place]] for place in peer.within])
        group[self.number] = tuple(mine)
        agents = sorted(group)
        denominator = self.lowered.instructions[peer.reads[0]].denominator
        results = peer_results(peer, [group[agent] for agent in agents], self.position_of, denominator)
        return results[agents.index(self.number)]

    def others(self, peer: Peer, within: Sequence[Value]) -> dict[int, Values]:
        """Return, by number, the others who have these values where a result is taken within a group."""
        positions = [self.position_of[place] for place in peer.within]
        wanted = list(within)
        return {
            agent: values
            for agent, values in enumerate(self.everybody)
            if agent != self.number and [values[position] for position in positions] == wanted
        }
