"""Names that a spaCy model of the user's own finds in a question: also those that are not written like names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ontology.errors import ConfigurationError

Spans = Callable[[str], list[tuple[int, int]]]
"""Text → characters of the names in it."""


def name_finder(model: str) -> Spans:
    """What finds names with a spaCy model: an installed package, or a folder.

    Raises:
        ConfigurationError: there is no such model, or it finds no names.
    """
    import spacy

    try:
        pipeline = spacy.load(Path(model) if Path(model).is_dir() else model)
    except (OSError, ValueError, ImportError) as problem:
        raise ConfigurationError(
            f"The spaCy model {model!r} cannot be loaded.",
            do="Install it, or name its folder, in answers.spacy_model of knockon.yaml.",
        ) from problem
    if not {"ner", "entity_ruler", "span_ruler"} & set(pipeline.pipe_names):
        raise ConfigurationError(
            f"The spaCy model {model!r} finds no names.", do="Take one with an entity recogniser or an entity ruler."
        )
    return lambda text: [(e.start_char, e.end_char) for e in pipeline(text).ents]
