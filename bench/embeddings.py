"""Graph embeddings beside plain methods, on what happened later: what customers bought, who delivered what.

    python -m bench embeddings [-- --dimension 128]

AdventureWorks' orders up to a day are known, those after it are guessed (a split by time). Each method ranks all
products; recall@10 is the share of what came later among its first ten. Methods: how often a product was bought before
(popularity), shared neighbours in the graph, words of names (text only), and FastRP of Graph Data Science over the same
graph, alone and mixed with shared neighbours. What loses is not shipped (docs/similar.md).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from api.project import Project
from bench import table
from bench.company import NoData, adventureworks, opened, work_folder
from graph_engine.gds import projected
from reasoning.network import Network
from reasoning.retrieval.text import terms
from reasoning.similarity.profiles import Profiles, ties

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_K = 10
_NEAR = 40  # neighbours whose products are added up
_SHARE = 0.7  # of the days of orders: known


@dataclass(frozen=True, slots=True)
class Split:
    """Who took which product before and after a day, as rows of ``who`` and columns of ``what``."""

    name: str
    who: Ints
    what: Ints
    before: sparse.csr_matrix
    after: sparse.csr_matrix
    hidden: frozenset[int]
    """Lines and orders of the time to be guessed: no part of the graph that is learnt from."""


Line = tuple[int, int, int, int, date]
"""A line, its order, who took it, the product, the day."""


def lines_of(network: Network, line: str, to_order: str, to_product: str, to_who: str, day: str) -> list[Line]:
    """(line, order, who, product, day) of every line that has all of them."""
    snapshot = network.snapshot
    orders, products, parties = (snapshot.relation(n) for n in (to_order, to_product, to_who))
    found = []
    for at in snapshot.members(line).tolist():
        of, what = orders.out.of(at), products.out.of(at)
        if not len(of) or not len(what):
            continue
        order, product = int(orders.target[of[0]]), int(products.target[what[0]])
        by = parties.out.of(order)
        when = snapshot.value(order, day)
        if len(by) and isinstance(when, date):
            found.append((at, order, int(parties.target[by[0]]), product, when))
    return found


def split(network: Network, name: str, lines: Sequence[Line]) -> Split:
    """Cut at the day before which the given share of the lines lies."""
    days = sorted(when for *_, when in lines)
    cut = days[int(_SHARE * len(days))]
    who = np.array(sorted({p for _, _, p, _, _ in lines}))
    what = np.array(sorted({p for _, _, _, p, _ in lines}))
    row, column = {int(p): i for i, p in enumerate(who)}, {int(p): i for i, p in enumerate(what)}
    known, later, hidden = Counter[tuple[int, int]](), Counter[tuple[int, int]](), set()
    for line, order, party, product, when in lines:
        if when < cut:
            known[row[party], column[product]] += 1
        else:
            later[row[party], column[product]] += 1
            hidden |= {line, order}
    shape = (len(who), len(what))
    return Split(name, who, what, _matrix(known, shape), _matrix(later, shape), frozenset(hidden))


def _matrix(counts: Counter[tuple[int, int]], shape: tuple[int, int]) -> sparse.csr_matrix:
    cells = np.array(list(counts), dtype=np.int64).reshape(-1, 2)
    return sparse.csr_matrix((np.array(list(counts.values()), dtype=float), (cells[:, 0], cells[:, 1])), shape=shape)


Scorer = Callable[[int], Floats]
"""A row of ``who`` → a score for each of ``what``."""


def recall(cut: Split, scorer: Scorer, *, new_only: bool) -> tuple[float, int]:
    """Mean recall@10 over those who bought before and after; ``new_only``: of what they had not bought before."""
    found = []
    for row in range(len(cut.who)):
        known = set(cut.before[row].indices.tolist())
        gold = set(cut.after[row].indices.tolist()) - (known if new_only else set())
        if not known or not gold:
            continue
        score = scorer(row).copy()
        if new_only:
            score[list(known)] = -np.inf
        first = np.lexsort((np.arange(len(score)), -score))[:_K]
        found.append(len(gold & set(first.tolist())) / min(len(gold), _K))
    return 100 * float(np.mean(found)) if found else 0.0, len(found)


def neighbours(likeness: Callable[[int], Floats], cut: Split) -> Scorer:
    """Score products by the likeness of those who took them."""
    taken = cut.before.copy()
    taken.data[:] = 1.0

    def score(row: int) -> Floats:
        like = likeness(row).copy()
        like[row] = 0.0
        near = np.argsort(-like, kind="stable")[:_NEAR]
        return np.asarray(taken[near].T @ np.maximum(like[near], 0)).ravel()

    return score


def by_items(likeness: sparse.csr_matrix | Floats, cut: Split) -> Scorer:
    """Score products by their likeness to those already taken."""
    taken = cut.before.copy()
    taken.data[:] = 1.0
    return lambda row: np.asarray(taken[row] @ likeness).ravel()


def unit(rows: Floats) -> Floats:
    """Rows of length 1."""
    return np.asarray(rows, dtype=np.float64) / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def words(network: Network, members: Ints) -> sparse.csr_matrix:
    """TF-IDF of names as unit rows."""
    bags = [Counter(terms(network.snapshot.title(int(m)))) for m in members]
    held = Counter(t for bag in bags for t in bag)
    number = {t: i for i, t in enumerate(held)}
    cells = [(r, number[t], n * np.log(len(bags) / held[t])) for r, bag in enumerate(bags) for t, n in bag.items()]
    found = sparse.csr_matrix(
        ([c[2] for c in cells], ([c[0] for c in cells], [c[1] for c in cells])), shape=(len(bags), len(number))
    )
    norm = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(norm > 0, norm, 1)) @ found).tocsr()


def features(network: Network, members: Ints) -> Floats:
    """Price, on a scale of orders of magnitude, and whether it is known; zeros for other things."""
    found = np.zeros((network.snapshot.size, 2))
    for member in members.tolist():
        price = network.snapshot.value(member, "list_price")
        if isinstance(price, int | float) and price:
            found[member] = (np.log10(float(price)) / 10, 1.0)
    return found


def vectors(project: Project, tied: sparse.csr_matrix, dimension: int, properties: Floats | None) -> Floats:
    """FastRP over the ties, edges to what many share weighing less."""
    upper = sparse.triu(tied).tocoo()
    degree = np.maximum(np.diff(tied.indptr), 1)
    weight = 1 / np.sqrt(np.minimum(degree[upper.row], degree[upper.col]) * 1.0)
    with projected(
        project.graph, tied.shape[0], upper.row.astype(np.int64), upper.col.astype(np.int64),
        weight.astype(np.float32), None if properties is None else properties.astype(np.float32),
    ) as graph:  # fmt: skip
        return graph.fast_rp(
            dimension, weights=(0.0, 1.0, 1.0, 0.8, 0.6), properties=0.25 if properties is not None else 0.0
        ).astype(np.float64)


def known_ties(network: Network, cut: Split, leave_out: frozenset[str]) -> sparse.csr_matrix:
    """What was tied before the day."""
    tied = ties(network, leave_out)
    there = np.ones(tied.shape[0])
    there[list(cut.hidden)] = 0
    found = (sparse.diags(there) @ tied @ sparse.diags(there)).tocsr()
    found.eliminate_zeros()
    return found


def shortened(project: Project, own: Profiles, items: Profiles, dimension: int) -> Floats:
    """FastRP over a graph in which what is met within three relations is tied directly, by its weight in profiles."""
    size = own.rows.shape[1]
    cells = [(p.members[p.rows.tocoo().row], p.rows.tocoo().col, p.rows.tocoo().data) for p in (own, items)]
    source, target, weight = (np.concatenate([c[i] for c in cells]) for i in range(3))
    with projected(
        project.graph, size, source.astype(np.int64), target.astype(np.int64), weight.astype(np.float32)
    ) as graph:
        return graph.fast_rp(dimension, weights=(0.0, 1.0, 1.0, 1.0)).astype(np.float64)


def methods(
    project: Project, network: Network, cut: Split, leave_out: frozenset[str], dimension: int
) -> dict[str, Scorer]:
    """Every method, learnt from what was known before the day."""
    tied = known_ties(network, cut, leave_out)
    own = Profiles.of(tied, cut.who)
    items = Profiles.of(tied, cut.what)
    item_like = np.asarray((items.rows @ items.rows.T).todense())
    text = words(network, cut.what)
    text_like = np.asarray((text @ text.T).todense())
    for square in (item_like, text_like):
        np.fill_diagonal(square, 0)
    plain = unit(vectors(project, tied, dimension, None))
    rich = unit(vectors(project, tied, dimension, features(network, cut.what)))
    short = unit(shortened(project, own, items, dimension))
    popular = np.asarray((cut.before > 0).sum(axis=0)).ravel().astype(float)
    shared = neighbours(own.like, cut)

    def like(rows: Floats) -> Scorer:
        return neighbours(lambda row: rows[cut.who] @ rows[cut.who[row]], cut)

    def near(rows: Floats) -> Scorer:
        found = np.maximum(rows[cut.what] @ rows[cut.what].T, 0)
        np.fill_diagonal(found, 0)
        return by_items(found, cut)

    def mixed(one: Scorer, other: Scorer) -> Scorer:
        def score(row: int) -> Floats:
            a, b = one(row), other(row)
            return np.asarray(a / max(a.max(initial=0), 1e-12) + b / max(b.max(initial=0), 1e-12))

        return score

    return {
        "popularity": lambda _row: popular,
        "text only": by_items(text_like, cut),
        "shared neighbours (who)": shared,
        "shared neighbours (what)": by_items(item_like, cut),
        "FastRP (who)": like(plain),
        "FastRP (what)": near(plain),
        "FastRP with properties (what)": near(rich),
        "FastRP over profiles (who)": like(short),
        "FastRP over profiles (what)": near(short),
        "FastRP over profiles + shared neighbours (what)": mixed(near(short), by_items(item_like, cut)),
        "shared neighbours (who + what)": mixed(shared, by_items(item_like, cut)),
        "shared neighbours + text (what)": mixed(by_items(item_like, cut), by_items(text_like, cut)),
    }


def substitutes(network: Network, cut: Split, similar: dict[str, Floats]) -> dict[str, tuple[float, int]]:
    """Who gave up a product and took another of its kind: recall@10 of a list by likeness to the one given up.

    Kind is the category, which is no part of the graph that was learnt from. All products are ranked, but for those
    that he had before.
    """
    edges = network.snapshot.relation("product_category")
    kinds = {i: {int(edges.target[r]) for r in edges.out.of(int(p))} for i, p in enumerate(cut.what)}
    totals: dict[str, list[float]] = {name: [] for name in similar}
    for row in range(len(cut.who)):
        known, later = set(cut.before[row].indices.tolist()), set(cut.after[row].indices.tolist())
        for gone in sorted(known - later):
            gold = {n for n in later - known if kinds[n] & kinds[gone]}
            if not gold:
                continue
            for name, like in similar.items():
                score = like[gone].copy()
                score[list(known)] = -np.inf
                first = np.lexsort((np.arange(len(score)), -score))[:_K]
                totals[name].append(len(gold & set(first.tolist())) / min(len(gold), _K))
    return {name: (100 * float(np.mean(v)) if v else 0.0, len(v)) for name, v in totals.items()}


def kinds_of_likeness(project: Project, network: Network, cut: Split, dimension: int) -> dict[str, Floats]:
    """Likeness between products by every method, learnt before the day, without categories."""
    tied = known_ties(network, cut, frozenset({"product_category"}))
    profile = Profiles.of(tied, cut.what)
    shared = np.asarray((profile.rows @ profile.rows.T).todense())
    text = words(network, cut.what)
    plain = unit(vectors(project, tied, dimension, None))[cut.what]
    rich = unit(vectors(project, tied, dimension, features(network, cut.what)))[cut.what]
    popular = np.asarray((cut.before > 0).sum(axis=0)).ravel().astype(float)
    named = np.asarray((text @ text.T).todense())
    return {
        "popularity": np.tile(popular, (len(cut.what), 1)),
        "text only": named,
        "shared neighbours": shared,
        "FastRP": plain @ plain.T,
        "FastRP with properties": rich @ rich.T,
        "text + shared neighbours": named + shared,
        "text + FastRP with properties": named + rich @ rich.T,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 3 where AdventureWorks is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--keep", type=Path, help="Work in this folder and keep it.")
    given = parser.parse_args(arguments)
    try:
        company = adventureworks()
    except NoData as problem:
        print(problem)
        return 3
    with work_folder(given.keep) as folder, opened(company, folder) as project:
        if not project.runs():
            project.pipeline.ingest(project.sources())
        measure(project, given.dimension)
    return 0


def measure(project: Project, dimension: int) -> None:
    """Print the tables."""
    network = project.network()
    sales = split(network, "what customers buy next", lines_of(
        network, "OrderLine", "order_line_order", "order_line_product", "order_customer", "ordered_on"
    ))  # fmt: skip
    supplies = split(network, "what suppliers deliver next", lines_of(
        network, "PurchaseOrderLine", "purchase_order_line_order", "purchase_order_line_product",
        "purchase_order_supplier", "ordered_on",
    ))  # fmt: skip
    offers = frozenset({"offer_product", "offer_supplier"})
    for cut, leave_out in ((sales, frozenset[str]()), (supplies, offers)):
        scorers = methods(project, network, cut, leave_out, dimension)
        for new_only in (False, True):
            lines = []
            for name, scorer in scorers.items():
                value, count = recall(cut, scorer, new_only=new_only)
                lines.append(table.Line(name, value, "", note=f"{count} asked"))
            what = "only what they had not had before" if new_only else "all"
            print(table.show(f"{cut.name}: recall@10, {what}", lines), flush=True)
    found = substitutes(network, sales, kinds_of_likeness(project, network, sales, dimension))
    lines = [table.Line(name, value, "", note=f"{count} asked") for name, (value, count) in found.items()]
    print(table.show("another product in place of one given up: recall@10", lines), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
