"""A small web service around one ruleset: decisions with their reasons, and what-if comparisons.

    python -m pip install fastapi uvicorn
    uvicorn examples.service.app:app

`INCENTIVE_RULESET` names the ruleset file. It is loaded once, when the service starts; all requests share it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue

from incentive_engine import (
    Problem,
    ProblemsError,
    Ruleset,
    load_ruleset,
    parse_ruleset,
    simulate,
)

VARIABLE = "INCENTIVE_RULESET"
DEFAULT = Path(__file__).resolve().parents[2] / "rulesets" / "service-incentives-2026.yaml"
MOST_SNAPSHOTS = 10_000

Language = Annotated[Literal["en", "zh"], Query(description="The language of texts: en or zh.")]
Snapshot = dict[str, JsonValue]


class DecisionRequest(BaseModel):
    """One agent's snapshot, with what the ruleset needs beside it."""

    snapshot: Snapshot
    peers: list[Snapshot] | None = None
    """The other agents of the same period; without them what depends on peers is unknown, and says so."""
    history: list[Snapshot] | None = None
    """Snapshots of earlier periods; `[]` where there are none."""


class DecisionAnswer(BaseModel):
    """A decision: for programs, and in the words of the asked language."""

    decision: dict[str, JsonValue]
    explanation: str


class SimulationRequest(BaseModel):
    """A proposal, and the population that it is compared on."""

    proposal: str = Field(description="The proposed ruleset, as YAML.")
    snapshots: list[Snapshot] = Field(min_length=1, max_length=MOST_SNAPSHOTS)
    by: list[str] = Field(default_factory=list, description="Attributes or metrics to split the results by.")


class SimulationAnswer(BaseModel):
    """A comparison: for programs, and as a report in the asked language."""

    comparison: dict[str, JsonValue]
    report: str


class FieldAnswer(BaseModel):
    """A column that a snapshot has to have."""

    column: str
    name: str
    title: str
    type: str


class RulesetAnswer(BaseModel):
    """Which ruleset decides, and what it needs to know."""

    id: str
    version: str
    content_hash: str
    title: str
    currency: str
    period: str
    needs_peers: bool
    needs_history: bool
    fields: list[FieldAnswer]


class ProblemAnswer(BaseModel):
    """Something that the caller can mend; `code` stays the same from version to version."""

    code: str
    place: str
    message: str
    hint: str


class ProblemsAnswer(BaseModel):
    """All that is wrong with a request."""

    problems: list[ProblemAnswer]


def create_app(ruleset: Ruleset) -> FastAPI:
    """Return the service that decides by a ruleset."""
    app = FastAPI(
        title="Incentives",
        version=ruleset.identity.version,
        responses={422: {"model": ProblemsAnswer, "description": "The data or the ruleset has problems."}},
    )

    @app.get("/ruleset")
    def the_ruleset(lang: Language = "en") -> RulesetAnswer:
        """Return which ruleset decides, and the columns that it reads."""
        return described(ruleset, lang)

    @app.post("/decisions")
    def decisions(request: DecisionRequest, lang: Language = "en") -> DecisionAnswer:
        """Decide on one snapshot, and say why."""
        decision = ruleset.evaluate(request.snapshot, peers=request.peers, history=request.history)
        return DecisionAnswer.model_validate(
            {"decision": decision.to_dict(lang), "explanation": decision.explain(lang).text()}
        )

    @app.post("/simulations")
    def simulations(request: SimulationRequest, lang: Language = "en") -> SimulationAnswer:
        """Compare a proposal with the ruleset over a population."""
        proposal = parse_ruleset(request.proposal, file="proposal")
        comparison = simulate(ruleset, proposal, request.snapshots, by=request.by)
        return SimulationAnswer.model_validate(
            {"comparison": comparison.to_dict(lang), "report": comparison.text(lang)}
        )

    @app.exception_handler(ProblemsError)
    def has_problems(request: Request, error: Exception) -> JSONResponse:
        problems: tuple[Problem, ...] = getattr(error, "problems", ())
        places: tuple[str, ...] = getattr(error, "places", ())
        return refused(request, list(zip(problems, places, strict=True)))

    @app.exception_handler(RequestValidationError)
    def is_no_request(_: Request, error: Exception) -> JSONResponse:
        found = error.errors() if isinstance(error, RequestValidationError) else []
        return answered(
            [
                ProblemAnswer(
                    code="REQUEST", place=".".join(map(str, each["loc"])), message=each["msg"], hint=""
                )
                for each in found
            ]
        )

    return app


def described(ruleset: Ruleset, language: Literal["en", "zh"]) -> RulesetAnswer:
    """Return what a caller has to know of a ruleset."""
    policy, identity = ruleset.policy, ruleset.identity
    title = policy.shape.title
    return RulesetAnswer(
        id=identity.id,
        version=identity.version,
        content_hash=identity.content_hash,
        title=title.in_language(language) if title else identity.id,
        currency=str(policy.shape.currency),
        period=policy.shape.period,
        needs_peers=ruleset.needs_peers,
        needs_history=ruleset.needs_history,
        fields=[
            FieldAnswer(
                column=field.column,
                name=field.name,
                title=field.title.in_language(language),
                type=field.type.name,
            )
            for field in policy.fields
        ],
    )


def refused(request: Request, problems: list[tuple[Problem, str]]) -> JSONResponse:
    """Return problems, each with the row where it was found, in the language that the request asked for."""
    language: Literal["en", "zh"] = "zh" if request.query_params.get("lang") == "zh" else "en"
    return answered(
        [
            ProblemAnswer(
                code=problem.code,
                place=str(problem.span or " ".join((row, problem.values.get("column", ""))).strip()),
                message=problem.message(language),
                hint=problem.hint(language),
            )
            for problem, row in problems
        ]
    )


def answered(problems: list[ProblemAnswer]) -> JSONResponse:
    """Return problems as they are answered: all of them, with the status 422."""
    return JSONResponse(ProblemsAnswer(problems=problems).model_dump(), status_code=422)


app = create_app(load_ruleset(os.environ.get(VARIABLE, DEFAULT)))
