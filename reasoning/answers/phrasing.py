"""An answer phrased by a language model that sees numbered evidence only; each sentence is checked against it.

Any endpoint that speaks OpenAI's chat API will do. What goes wrong (no answer in time, budget used up, nonsense,
sentences without support) leaves the extractive answer, with a note that says why. The model has no tools.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from reasoning.answers.support import Checked, check_sentences
from reasoning.answers.types import Answer, Kind, Statement
from reasoning.retrieval.embedding import Embedder

PROMPT = "phrase-1"
"""The prompt in use; a changed prompt is a new file, so that cached answers never mix."""
_LARGEST = 200_000  # bytes of a reply that are read
_WRITTEN = 500  # tokens that it may write
_NOT_KNOWN = "NOT KNOWN"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the language model answers, and what it may use.

    ``timeout`` is for the whole call, in seconds; ``folder`` holds phrased answers and the day's count of tokens.
    """

    url: str
    model: str
    key: str | None
    timeout: float
    tokens_a_day: int
    folder: Path


class _Unusable(Exception):
    """The model's answer cannot be used; the text says why, for people."""


def phrase_answer(answer: Answer, endpoint: Endpoint, embedder: Embedder | None = None) -> Answer:
    """The answer in the model's words where these are supported, else as it was, with a note.

    Only answers from texts are phrased: counts and lists are exact as they stand. What was reckoned stays in front.
    """
    if answer.kind is not Kind.TEXT or not answer.statements:
        return answer
    evidence = _evidence(answer)
    try:
        said = _cached(endpoint, answer.question, evidence)
    except _Unusable as problem:
        return replace(answer, notes=(*answer.notes, f"The language model was not used: {problem}"))
    if said.strip().strip(".").upper() == _NOT_KNOWN:
        return replace(
            answer, notes=(*answer.notes, "The language model found no answer in the evidence; see for yourself.")
        )
    checked = check_sentences(said, evidence, answer.question, embedder)
    good = [c for c in checked if c.supported]
    if not good:
        return replace(
            answer,
            notes=(*answer.notes, "What the language model wrote was not supported by the evidence and was left out."),
        )
    derived = tuple(s for s in answer.statements if s.derived)
    statements = (*derived, *(Statement(c.text, c.support) for c in good if not _repeats(c, derived)))
    return replace(
        answer,
        statements=statements,
        written_by=f"{endpoint.model} ({PROMPT})",
        notes=(*answer.notes, *_left_out(checked)),
    )


def _repeats(checked: Checked, derived: Sequence[Statement]) -> bool:
    return any(checked.text.rstrip(".") in s.text for s in derived)


def _left_out(checked: Sequence[Checked]) -> tuple[str, ...]:
    bad = [c for c in checked if not c.supported]
    if not bad:
        return ()
    count = "A sentence" if len(bad) == 1 else f"{len(bad)} sentences"
    return (f"{count} of the language model had no support in the evidence and was left out ({bad[0].reason}).",)


def _evidence(answer: Answer) -> dict[int, str]:
    """Number → text: cited sentences with their titles, facts; what was reckoned joins the sentence it comes from."""
    found = {c.number: f"{c.document.title}: {' '.join(c.text.split())}" for c in answer.citations}
    found.update((f.number, f.text) for f in answer.facts)
    for statement in answer.statements:
        if statement.derived and statement.support:
            found[statement.support[0]] += f" ({statement.text})"
    return found


def _cached(endpoint: Endpoint, question: str, evidence: dict[int, str]) -> str:
    text = json.dumps({"question": question, "evidence": evidence}, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{endpoint.url}\n{endpoint.model}\n{PROMPT}\n{text}".encode()).hexdigest()
    file = endpoint.folder / f"{key[:40]}.json"
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads(file.read_text(encoding="utf-8"))["text"])
    used = _used_today(endpoint.folder)
    if used >= endpoint.tokens_a_day:
        raise _Unusable(f"it has used the {endpoint.tokens_a_day:,} tokens that it may use on one day.")
    said, tokens = _call(endpoint, text)
    _write(endpoint.folder / "used.json", {"day": _today(), "tokens": used + tokens})
    _write(file, {"text": said, "model": endpoint.model, "prompt": PROMPT})
    return said


def _call(endpoint: Endpoint, text: str) -> tuple[str, int]:
    """What the model wrote, and the tokens that it took."""
    prompt = (Path(__file__).parent / "prompts" / f"{PROMPT}.md").read_text(encoding="utf-8")
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "max_tokens": _WRITTEN,
        "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": text}],
    }
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    until = time.monotonic() + endpoint.timeout
    reply = bytearray()
    try:
        with (
            httpx.Client(timeout=endpoint.timeout, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", f"{endpoint.url.rstrip('/')}/chat/completions", json=body, headers=headers
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise _Unusable(f"it answered with status {response.status_code}.")
            for chunk in response.iter_bytes():
                reply += chunk
                if len(reply) > _LARGEST:
                    raise _Unusable("its reply was too long.")
                if time.monotonic() > until:
                    raise _Unusable(f"it took more than {endpoint.timeout:g} s.")
    except httpx.TimeoutException:
        raise _Unusable(f"it took more than {endpoint.timeout:g} s.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise _Unusable(f"it cannot be reached ({type(problem).__name__}).") from None
    try:
        found = json.loads(reply)
        said = found["choices"][0]["message"]["content"]
        usage = found.get("usage") or {}
        tokens = int(usage.get("total_tokens") or (len(prompt) + len(text) + len(said)) // 3)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise _Unusable("its reply is not what OpenAI's API gives.") from None
    if not isinstance(said, str) or not said.strip():
        raise _Unusable("its reply was empty.")
    return said, max(tokens, 0)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _used_today(folder: Path) -> int:
    try:
        held = json.loads((folder / "used.json").read_text(encoding="utf-8"))
        return int(held["tokens"]) if held["day"] == _today() else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _write(file: Path, content: dict[str, object]) -> None:
    """Whole or not at all; a cache that cannot be written is no reason to fail."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{uuid.uuid4().hex}")
        temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        temporary.replace(file)
