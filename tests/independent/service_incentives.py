"""The ruleset service-incentives-2026, written by hand in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.independent.arithmetic import (
    Number,
    Row,
    Truth,
    at_least,
    both,
    cents,
    half_up,
    month_number,
    more_than,
    number,
    number_or_zero,
    opposite,
    shared_prize,
    slices,
    straight,
    times,
    weighted,
)
from tests.independent.outcome import (
    Decided,
    Key,
    Line,
    deducted,
    paid_outcome,
    red_line_outcome,
    whole,
)

RESULTS = {
    "card": ("score", "grade", "customer", "process", "csat", "fcr", "first_response", "compliance"),
    "service_star": ("place", "wins"),
    "thanks_board": ("place", "wins"),
    "learning": ("credits", "balance"),
    "career": ("credits", "balance"),
    "personal_data": ("broken",),
    "lateness": ("broken",),
    "compliance_floor": ("broken",),
}
F = Fraction
HALF = F(1, 2)
BANDS = ((F(500), F(0)), (F(1000), F("1.50")), (F(1500), F("2.25")), (None, F(3)))
QUALITY_PAY = {"junior": F(300), "senior": F(400), "lead": F(600), "": None}
STAR = ("commendation", "promotion priority")


@dataclass(frozen=True)
class Month:
    """One row, read, with its score."""

    agent: str
    month: int
    row: Row
    points: Mapping[str, Number]
    score: Number

    @property
    def grade(self) -> str | None:
        """The grade of the score."""
        if self.score is None:
            return None
        return next(grade for grade, low in (("A", 90), ("B", 80), ("C", 70), ("D", 0)) if self.score >= low)

    @property
    def breach(self) -> Truth:
        """Whether personal data got out."""
        return more_than(number(self.row["pii_breaches"], 0), 0)

    @property
    def not_compliant(self) -> Truth:
        """Whether compliance is below the floor."""
        return opposite(at_least(number(self.row["compliance"], 4), F("0.95")))

    @property
    def share(self) -> Number:
        """The share of the month's days that the agent belonged to the company."""
        if not self.row["hired"]:
            return None
        first = date((self.month - 1) // 12, (self.month - 1) % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        begin = max(date.fromisoformat(self.row["hired"]), first)
        end = min(date.fromisoformat(self.row["left"]), last) if self.row["left"] else last
        return F(max((end - begin).days + 1, 0), last.day)


def decide(rows: Sequence[Row]) -> dict[Key, Decided]:
    """Return the decisions on all rows, which are each other's peers and history."""
    months = [_month(row) for row in rows]
    known = {(month.agent, month.month): month for month in months}
    decided = {}
    for month in months:
        peers = [peer for peer in months if peer.month == month.month]
        decided[month.agent, month.row["month"]] = whole(_lines(month, peers, known))
    return decided


# --- The scorecard


def _month(row: Row) -> Month:
    month = month_number(row["month"])
    calendar_month = (month - 1) % 12 + 1
    surveys = number(row["csat_surveys"], 0)
    csat = number(row["csat"], 4) if at_least(surveys, 20) else None
    target = F("0.85") if calendar_month <= 3 else F("0.87") if calendar_month <= 6 else F("0.89")
    limit = 480 if calendar_month == 11 else 300
    points = {
        "csat": straight(csat, F("0.70"), target),
        "fcr": straight(number(row["fcr"], 4), F("0.50"), F("0.90")),
        "first_response": straight(number(row["first_response_minutes_avg"], 1, 60), F(2 * limit), F(30)),
        "compliance": straight(number(row["compliance"], 4), F("0.90"), F(1)),
    }
    csat_points, fcr_points = points["csat"], points["fcr"]
    response_points, compliance_points = points["first_response"], points["compliance"]
    customer = process = score = None
    if fcr_points is not None:
        customer = fcr_points
        if csat_points is not None:
            customer = weighted((F("0.6"), csat_points), (F("0.4"), fcr_points), places=6)
    if response_points is not None and compliance_points is not None:
        process = weighted((F("0.7"), response_points), (F("0.3"), compliance_points), places=6)
    if customer is not None and process is not None:
        score = weighted((F("0.7"), customer), (F("0.3"), process), places=2)
    return Month(row["agent_id"], month, row, {**points, "customer": customer, "process": process}, score)


# --- Lines


def _lines(month: Month, peers: Sequence[Month], known: Mapping[tuple[str, int], Month]) -> dict[str, Line]:
    star, board = _star(month, peers), _board(month, peers)
    earned = _after_breach(month, _learning(month, known))
    career = _balance(month, known)
    amounts: dict[str, Number] = {
        "volume_bonus": _volume(month),
        "quality_bonus": _quality(month),
        "thanks_bonus": 20 * min(number_or_zero(month.row["customer_thanks"], 0), F(10)),
        "service_star": star.amount,
        "thanks_board": board.amount,
    }
    finals, _ = deducted(
        {rule: _after_red_lines(month, rule, amount) for rule, amount in amounts.items()}, _deduction(month)
    )
    shown = {"service_star": star, "thanks_board": board}
    lines = {"card": _card(month)}
    for rule, amount in amounts.items():
        voided, held = _is_voided(month), _is_held(month, rule)
        found = shown.get(rule, Line(""))
        recognised = () if voided or held else found.recognised
        outcome = paid_outcome(amount, finals[rule], voided=voided, held=held, recognised=recognised)
        lines[rule] = Line(outcome, amount, finals[rule], None, recognised, found.results)
    pay = cents(earned)
    lines["learning"] = Line(
        paid_outcome(pay, pay, voided=False, held=_is_held(month, "learning"), credits_=earned),
        pay,
        pay,
        earned,
        results={"credits": earned, "balance": earned},
    )
    return lines | {"career": career} | _red_lines(month)


def _card(month: Month) -> Line:
    outcome = "undetermined" if month.score is None else "scored"
    return Line(outcome, results={"score": month.score, "grade": month.grade, **month.points})


def _volume(month: Month) -> Number:
    workload = times(number(month.row["handled"], 0), number(month.row["complexity"], 2))
    salary = number(month.row["base_salary"], 2)
    if workload is None or month.score is None or month.share is None or salary is None:
        return None
    return cents(min(slices(workload, BANDS) * month.score / 100 * month.share, F("0.30") * salary))


def _quality(month: Month) -> Number:
    enough = at_least(number(month.row["handled"], 0), 200)
    if enough is False:
        return F(0)
    if enough is None or month.grade is None:
        return None
    pay: Number = F(0)
    if month.grade in ("A", "B"):
        pay = times(F(1) if month.grade == "A" else HALF, QUALITY_PAY[month.row["level"]])
    return cents(times(pay, month.share))


# --- Awards


def _competes(month: Month) -> Truth:
    eligible = both(at_least(number(month.row["handled"], 0), 300), opposite(month.breach))
    if eligible and None in _star_key(month):
        return None
    return eligible


def _star_key(month: Month) -> tuple[Number, ...]:
    slower = number(month.row["first_response_minutes_avg"], 1, 60)
    return (month.score, number(month.row["fcr"], 4), None if slower is None else -slower)


def _sortable(key: tuple[Number, ...]) -> tuple[Fraction, ...]:
    return tuple(value for value in key if value is not None)


def _star(month: Month, peers: Sequence[Month]) -> Line:
    competes = _competes(month)
    if competes is None or (competes and not month.row["team"]):
        return Line("", None, results={"place": None, "wins": None})
    if not competes:
        return Line("", F(0), results={"place": None, "wins": False})
    rivals = [peer for peer in peers if peer.row["team"] == month.row["team"] and _competes(peer)]
    own = _sortable(_star_key(month))
    place = 1 + sum(_sortable(_star_key(rival)) > own for rival in rivals)
    tied = sorted(rival.agent for rival in rivals if _sortable(_star_key(rival)) == own)
    enough = len(rivals) >= 5
    wins = enough and place == 1
    prize = shared_prize([F(1000)], place, tied)[month.agent] if enough else F(0)
    return Line("", prize, recognised=STAR if wins else (), results={"place": F(place), "wins": wins})


def _board(month: Month, peers: Sequence[Month]) -> Line:
    def thanks(of: Month) -> Fraction:
        return number_or_zero(of.row["customer_thanks"], 0)

    if thanks(month) < 3:
        return Line("", F(0), results={"place": None, "wins": False})
    if not month.row["team"]:
        return Line("", None, results={"place": None, "wins": None})
    rivals = [peer for peer in peers if peer.row["team"] == month.row["team"]]
    place = 1 + sum(thanks(rival) > thanks(month) for rival in rivals)
    wins = place <= 3
    return Line(
        "", F(0), recognised=("thanks board",) if wins else (), results={"place": F(place), "wins": wins}
    )


# --- Credits


def _learning(month: Month, known: Mapping[tuple[str, int], Month]) -> Number:
    hours = number_or_zero(month.row["training_hours"], 1)
    certificate = F(0)
    if not month.row["level"]:
        return None
    if month.row["level"] != "junior":
        before = known.get((month.agent, month.month - 1))
        level = number(month.row["cert_level"], 0)
        previous = None if before is None else number(before.row["cert_level"], 0)
        if level is not None and previous is not None:
            certificate = 50 * max(level - previous, F(0))
    return half_up(min(20 * hours, F(600)) + certificate, 2)


def _career_credits(month: Month) -> Number:
    return _after_breach(month, F(1 if month.grade == "A" else 0))


def _balance(month: Month, known: Mapping[tuple[str, int], Month]) -> Line:
    window = [known.get((month.agent, month.month - age)) for age in range(6)]
    counted = [_career_credits(each) for each in window if each is not None]
    balance = None if None in counted else sum((each or F(0) for each in counted), F(0))
    earned = _career_credits(month)
    voided, held = _is_voided(month), _is_held(month, "career")
    candidate = bool(at_least(balance, 3)) and not voided and not held
    recognised = ("candidate for promotion",) if candidate else ()
    # An unknown balance leaves open whether it is recognised.
    settled = earned if balance is not None else None
    outcome = paid_outcome(F(0), F(0), voided=voided, held=held, credits_=settled, recognised=recognised)
    return Line(
        outcome, credits=earned, recognised=recognised, results={"credits": earned, "balance": balance}
    )


# --- Red lines


def _is_voided(month: Month) -> bool:
    return month.breach is True


def _affected_by_compliance(rule: str) -> bool:
    return rule in ("volume_bonus", "quality_bonus", "service_star")


def _is_held(month: Month, rule: str) -> bool:
    not_judged = _affected_by_compliance(rule) and month.not_compliant is None
    return not _is_voided(month) and (month.breach is None or not_judged)


def _after_breach(month: Month, earned: Number) -> Number:
    if month.breach is None:
        return None
    return F(0) if month.breach else earned


def _after_red_lines(month: Month, rule: str, amount: Number) -> Number:
    if _is_voided(month):
        return F(0)
    if _is_held(month, rule) or amount is None:
        return None
    return cents(amount * HALF) if _affected_by_compliance(rule) and month.not_compliant else amount


def _deduction(month: Month) -> Fraction:
    late = number_or_zero(month.row["late_count"], 0)
    return 50 * (late - 2) if late >= 3 else F(0)


def _red_lines(month: Month) -> dict[str, Line]:
    late = number_or_zero(month.row["late_count"], 0) >= 3
    broken = {"personal_data": month.breach, "lateness": late, "compliance_floor": month.not_compliant}
    return {rule: Line(red_line_outcome(is_so), results={"broken": is_so}) for rule, is_so in broken.items()}
