"""From a checked ruleset to one program: names resolved, rules built in the order of what reads what."""
