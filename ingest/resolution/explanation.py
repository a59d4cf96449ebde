"""Why two mentions are held to be the same or not, and what holds an entity together: text, JSON and a chart.

Weights are bits, log2 of odds: +1 doubles the odds for *same*, −1 halves them. The parts of a pair add up to its
weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ingest.resolution.judgements import DECIDERS, Decider, Links
from ingest.resolution.resolver import ScoredPair

WORDS = {
    "code": "tax number", "register": "register number", "born": "birth date", "given": "given name",
    "family": "family name", "email": "e-mail",
}  # fmt: skip
"""Comparison of the party model → what a person calls it; others go by their own name."""
_BAR = 16
_HALF = 220


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """One pair: what each comparison adds, and what it was given to look at."""

    left: str
    right: str
    weight: float
    probability: float
    prior: float
    """Weight before anything is compared, so that prior and parts add up to the weight."""
    parts: tuple[tuple[str, float, str, str], ...]
    """(comparison, bits, value on the left, value on the right), strongest first."""

    def as_json(self) -> dict[str, object]:
        """The explanation as one JSON object."""
        return {
            "left": self.left,
            "right": self.right,
            "weight": round(self.weight, 3),
            "probability": round(self.probability, 6),
            "prior": round(self.prior, 3),
            "parts": [
                {"comparison": name, "bits": round(bits, 3), "left": a, "right": b} for name, bits, a, b in self.parts
            ],
        }

    def as_text(self) -> str:
        """The explanation for a terminal."""
        verdict = f"{self.left} and {self.right}: {self.probability:.1%} likely the same ({self.weight:+.1f} bits)"
        lines = [verdict, f"  {self.prior:+6.1f}  before anything is compared"]
        for name, bits, a, b in self.parts:
            if not a or not b:
                saw = "nothing to compare" if not bits else ""
            else:
                saw = f"'{a}'" if a == b else f"'{a}' / '{b}'"
            lines.append(f"  {bits:+6.1f}  {WORDS.get(name, name)}{': ' if saw else ''}{saw}")
        return "\n".join(lines)

    def as_svg(self) -> str:
        """A waterfall: each bar begins where the one before ended. Every text from the data is escaped."""
        steps = [
            ("before anything is compared", self.prior),
            *((WORDS.get(name, name), bits) for name, bits, _, _ in self.parts),
        ]
        running, low, high = 0.0, 0.0, 0.0
        spans = []
        for name, bits in steps:
            spans.append((name, bits, running, running + bits))
            running += bits
            low, high = min(low, running), max(high, running)
        scale = 2 * _HALF / max(high - low, 1e-9)
        height = (len(spans) + 2) * (_BAR + 6) + 4
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * _HALF + 260}" height="{height}" role="img" '
            f'font-family="sans-serif" font-size="12"><title>{escape(self.left)} and {escape(self.right)}</title>'
        ]
        for row, (name, bits, start, end) in enumerate([*spans, ("together", self.weight, 0.0, self.weight)]):
            y = row * (_BAR + 6) + 4
            x = 190 + (min(start, end) - low) * scale
            colour = "#4a5568" if name == "together" else "#2f855a" if bits >= 0 else "#c53030"
            out.append(f'<text x="0" y="{y + 12}">{escape(name)}</text>')
            width = max(abs(end - start) * scale, 1)
            out.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>')
            out.append(f'<text x="{x + width + 4:.1f}" y="{y + 12}">{bits:+.1f}</text>')
        zero = 190 + (0 - low) * scale
        out.append(f'<line x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height - 18}" stroke="#a0aec0"/>')
        out.append(f'<text x="{zero:.1f}" y="{height - 6}" text-anchor="middle" fill="#4a5568">even odds</text></svg>')
        return "".join(out)

    def as_html(self) -> str:
        """The chart with the values that were compared, as a page that needs nothing else."""
        rows = "".join(_row(*part) for part in self.parts)
        return (
            "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Why these two</title><style>"
            "body{font-family:sans-serif;margin:2em;max-width:60em}td,th{text-align:left;padding:.2em 1em .2em 0}"
            "</style></head><body>"
            f"<h1>{escape(self.left)} and {escape(self.right)}</h1><p>{self.probability:.1%} likely the same "
            f"({self.weight:+.1f} bits; +1 doubles the odds, −1 halves them).</p>{self.as_svg()}"
            f"<table><tr><th>compared</th><th>bits</th><th>left</th><th>right</th></tr>{rows}</table></body></html>"
        )


def _row(name: str, bits: float, left: str, right: str) -> str:
    return (
        f"<tr><td>{escape(WORDS.get(name, name))}</td><td>{bits:+.1f}</td><td>{escape(left) or '–'}</td>"
        f"<td>{escape(right) or '–'}</td></tr>"
    )


def explain_pair(pair: ScoredPair, mentions: Sequence[str], values: dict[str, tuple[str, str]]) -> PairExplanation:
    """Explain a scored pair.

    Args:
        values: what was compared: comparison (or the part of its name before ``:``) → value on the left and the right.
    """
    parts = []
    for name, bits in pair.parts:
        left, right = values.get(name, values.get(name.split(":", 1)[0], ("", "")))
        parts.append((name, bits, left, right))
    prior = pair.weight - sum(bits for _, bits in pair.parts)
    return PairExplanation(
        mentions[pair.left], mentions[pair.right], pair.weight, pair.probability, prior, tuple(parts)
    )


@dataclass(frozen=True, slots=True)
class HoldingLink:
    """A link of the tree that holds an entity together."""

    left: str
    right: str
    weight: float
    decided_by: Decider


@dataclass(frozen=True, slots=True)
class EntityExplanation:
    """The strongest links that suffice to hold an entity's mentions together (a maximum spanning tree)."""

    mentions: tuple[str, ...]
    tree: tuple[HoldingLink, ...]

    @property
    def weakest(self) -> HoldingLink | None:
        """The link that would give way first; cutting it splits the entity in two. None for a single mention."""
        return self.tree[-1] if self.tree else None

    def as_text(self) -> str:
        """The tree for a terminal, weakest link last."""
        if not self.tree:
            return f"{self.mentions[0]} stands alone." if self.mentions else "no mentions"
        lines = [f"{len(self.mentions)} mentions held together by {len(self.tree)} links, strongest first:"]
        for link in self.tree:
            how = _how(link)
            lines.append(f"  {link.left} = {link.right}  ({how})")
        lines[-1] += "  <- weakest"
        return "\n".join(lines)


def _how(link: HoldingLink) -> str:
    if link.decided_by is Decider.PERSON:
        return "a person"
    if link.decided_by is Decider.RULE:
        return "declared by the mapping" if link.weight > 100 else "exact key"
    return f"model {link.weight:+.1f} bits"


def explain_entity(members: Sequence[int], mentions: Sequence[str], links: Links) -> EntityExplanation:
    """The tree of links behind one cluster; people's links before rules', rules' before the model's, then by weight.

    Args:
        members: positions of the cluster's mentions.
        links: all links in force (:attr:`ingest.resolution.resolver.Resolution.links`).
    """
    inside = set(members)
    parent: defaultdict[int, int] = defaultdict(int)
    parent.update({member: member for member in members})

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    usable = [
        (-int(d), -float(w), mentions[int(a)], mentions[int(b)], int(a), int(b))
        for a, b, v, w, d in zip(links.left, links.right, links.verdict, links.weight, links.decider, strict=True)
        if v == 0 and int(a) in inside and int(b) in inside
    ]
    tree = []
    for decider, weight, left, right, a, b in sorted(usable):
        x, y = find(a), find(b)
        if x != y:
            parent[x] = y
            tree.append(HoldingLink(left, right, -weight, DECIDERS[-decider]))
    return EntityExplanation(tuple(sorted(mentions[member] for member in members)), tuple(tree))
