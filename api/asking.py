"""A question in words as it is asked over HTTP, answered: by its route, and again where the answer was kept."""

from __future__ import annotations

from api.project import Project
from api.wire_questions import Question
from reasoning.answers.types import Answer
from reasoning.retrieval.types import Filter


def answered(project: Project, question: Question) -> Answer:
    """The answer on the project as it is given: a caller's view answers from what he may see.

    Raises:
        BadQuestion: it names a class that there is not.
    """
    classes = project.network(project.version_at(question.known_at)).classes(question.classes)
    return project.ask(
        question.question, today=question.as_of, valid_at=question.valid_at, known_at=question.known_at,
        filter_=Filter(classes=frozenset(classes), languages=frozenset(question.languages)),
        embedding=question.embedding, phrase=question.phrase,
    )  # fmt: skip
