"""Drugs, classes, targets, endpoints and counts: `/api/drugs/{id}`, `/api/classes`, `/api/stats` and the like."""

from typing import Any

from fastapi import APIRouter

from api.answers import AnswersDep

router = APIRouter(prefix="/api", tags=["vocabulary"])


@router.get("/drugs/{identifier:path}")
def drug(identifier: str, answers: AnswersDep) -> dict[str, Any]:
    """One drug by any identifier or name: `ncit:C156692`, `DB17473`, `TQB2450`, `benmelstobart`."""
    return answers.drug(identifier)


@router.get("/classes")
def classes(answers: AnswersDep) -> list[dict[str, Any]]:
    """Every drug class with the number of trials that test it."""
    return answers.counted("count_classes.rq", "class")


@router.get("/targets")
def targets(answers: AnswersDep) -> list[dict[str, Any]]:
    """Every target with the number of trials that test a therapy against it."""
    return answers.counted("count_targets.rq", "target")


@router.get("/endpoints")
def endpoints(answers: AnswersDep) -> list[dict[str, Any]]:
    """Every endpoint with the number of trials that measure it."""
    return answers.counted("count_endpoints.rq", "endpoint")


@router.get("/stats")
def stats(answers: AnswersDep) -> dict[str, Any]:
    """How many trials there are, and of how many the line, a combination and so on are known."""
    return answers.stats()
