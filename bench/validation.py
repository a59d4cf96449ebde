"""SHACL at the gate and inside Neo4j against pySHACL and pyshifty, in the same run on the same graph.

``python -m bench.validation --nodes 20000 100000`` makes orders, lines, customers and products with
1 % seeded errors, checks 14 property shapes, and prints times and ratios. Every engine must find every seeded error
and nothing else, or the run fails. Peers are timed from triples in memory to their report, their own loading included;
the gate from records to report, the graph from shapes to report over Bolt.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph as RdfGraph

from graph_engine.graph import Graph
from graph_engine.graph_image import GraphImage
from graph_engine.schema import apply_schema
from graph_engine.server.managed import ManagedServer
from graph_engine.store.rows import labels
from graph_engine.store.runs import Run
from graph_engine.validate import GraphValidator
from graph_engine.validation_run import Scope, validate_graph
from ontology.load import load_ontology
from ontology.model import Ontology
from ontology.values import native
from validation.engine import Result
from validation.gate import Gate
from validation.graph import TripleIndex
from validation.image import Encoder, EntityImage, MemoryImage, RelationImage, Touched
from validation.pyshacl_engine import PyShaclEngine
from validation.shape_model import Shapes, path_text
from validation.shapes import shapes_from_graph
from validation.shifty_engine import ShiftyEngine
from validation.vocabulary import OntologyVocabulary

SHAPES = """
@prefix k: <https://w3id.org/knockon/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
k:BenchCustomer a sh:NodeShape ; sh:targetClass k:Customer ;
  sh:property [ sh:path k:party_name ; sh:minCount 1 ] ,
    [ sh:path k:customer_currency ; sh:pattern "^[A-Z]{3}$" ] ,
    [ sh:path k:customer_credit_limit ; sh:minInclusive 0 ] .
k:BenchProduct a sh:NodeShape ; sh:targetClass k:Product ;
  sh:property [ sh:path k:product_sku ; sh:minCount 1 ; sh:pattern "^[A-Z]{2}-[0-9]{6}$" ] ,
    [ sh:path k:product_list_price ; sh:minInclusive 0 ] ,
    [ sh:path k:product_name ; sh:maxLength 60 ] .
k:BenchOrder a sh:NodeShape ; sh:targetClass k:Order ;
  sh:property [ sh:path k:order_number ; sh:minCount 1 ] ,
    [ sh:path k:order_customer ; sh:minCount 1 ; sh:maxCount 1 ; sh:class k:Customer ] ,
    [ sh:path k:order_ordered_on ; sh:lessThanOrEquals k:order_due_on ] ,
    [ sh:path k:order_status ; sh:in ( "open" "shipped" "paid" ) ] .
k:BenchLine a sh:NodeShape ; sh:targetClass k:OrderLine ;
  sh:property [ sh:path k:order_line_quantity ; sh:minExclusive 0 ] ,
    [ sh:path k:order_line_order ; sh:minCount 1 ; sh:maxCount 1 ; sh:class k:Order ] ,
    [ sh:path k:order_line_product ; sh:minCount 1 ; sh:class k:Product ] ,
    [ sh:path k:order_line_discount_rate ; sh:minInclusive 0 ; sh:maxInclusive 1 ] .
"""

Expected = set[tuple[str, str]]


@dataclass(slots=True)
class Content:
    """A made-up shop with its seeded errors: (entity id, path)."""

    entities: list[EntityImage]
    relations: list[RelationImage]
    expected: Expected


def shop(nodes: int, seed: int = 11) -> Content:
    """A tenth customers, a tenth products, three tenths orders, half lines; one in a hundred broken in one way."""
    rng = random.Random(seed)
    customers, products, orders = nodes // 10, nodes // 10, 3 * nodes // 10
    lines = nodes - customers - products - orders
    content = Content([], [], set())
    relations = content.relations

    def relate(name: str, source: str, target: str) -> None:
        relations.append(RelationImage(f"r_{len(relations)}", name, source, target))

    def add(id_: str, cls: str, values: Mapping[str, tuple[str, ...]]) -> None:
        content.entities.append(EntityImage(id_, (cls,), values))

    def broken(id_: str, paths: list[str]) -> str:
        if rng.random() >= 0.01:
            return ""
        path = rng.choice(paths)
        content.expected.add((id_, path))
        return path

    for n in range(customers):
        bad = broken(f"c{n}", ["party_name", "customer_currency", "customer_credit_limit"])
        values = {"name": (f"Customer {n}",), "currency": ("EUR",), "credit_limit": (str(rng.randrange(10**8)),)}
        if bad == "party_name":
            del values["name"]
        elif bad == "customer_currency":
            values["currency"] = ("euro",)
        elif bad == "customer_credit_limit":
            values["credit_limit"] = ("-1",)
        add(f"c{n}", "Customer", values)
    for n in range(products):
        bad = broken(f"p{n}", ["product_sku", "product_list_price", "product_name"])
        values = {"name": (f"Product {n}",), "sku": (f"AB-{n:06}",), "list_price": (str(rng.randrange(10**7)),)}
        if bad == "product_sku":
            values["sku"] = (f"ab{n}",)
        elif bad == "product_list_price":
            values["list_price"] = ("-500",)
        elif bad == "product_name":
            values["name"] = ("x" * 61,)
        add(f"p{n}", "Product", values)
    for n in range(orders):
        bad = broken(f"o{n}", ["order_number", "order_customer", "order_ordered_on", "order_status"])
        day = f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}"
        values = {"number": (f"SO{n}",), "ordered_on": (day,), "due_on": ("2025-01-31",), "status": ("open",)}
        if bad == "order_number":
            del values["number"]
        elif bad == "order_ordered_on":
            values["due_on"] = ("2023-12-31",)
        elif bad == "order_status":
            values["status"] = ("lost",)
        add(f"o{n}", "Order", values)
        if bad != "order_customer" or rng.random() < 0.5:
            customer = rng.randrange(customers)
            relate("order_customer", f"o{n}", f"c{customer}")
            if bad == "order_customer":
                relate("order_customer", f"o{n}", f"c{(customer + 1) % customers}")
    for n in range(lines):
        paths = ["order_line_quantity", "order_line_order", "order_line_product", "order_line_discount_rate"]
        bad = broken(f"l{n}", paths)
        values = {"quantity": (str(rng.randrange(1, 10**6)),), "discount_rate": ("50000",)}
        if bad == "order_line_quantity":
            values["quantity"] = ("0",)
        elif bad == "order_line_discount_rate":
            values["discount_rate"] = ("1500000",)
        add(f"l{n}", "OrderLine", values)
        if bad != "order_line_order":
            relate("order_line_order", f"l{n}", f"o{rng.randrange(orders)}")
        product = "c" if bad == "order_line_product" else "p"
        relate("order_line_product", f"l{n}", f"{product}{rng.randrange(min(customers, products))}")
    return content


def triples(ontology: Ontology, content: Content) -> TripleIndex:
    """The RDF image of the shop."""
    encoder = Encoder(ontology)
    index = TripleIndex(encoder.hierarchy())
    for entity in content.entities:
        index.add(encoder.entity(entity))
    for relation in content.relations:
        index.add(encoder.relation(relation))
    return index


def found(results: list[Result]) -> Expected:
    """(entity id, path) of each result."""
    return {(r.focus.rsplit(":", 1)[1], path_text(r.path)) for r in results if isinstance(r.focus, str) and r.path}


def timed(work: Callable[[], Expected], expected: Expected, name: str) -> float:
    """Seconds of the work; its findings must be exactly the seeded ones."""
    gc.collect()
    begun = time.perf_counter()
    got = work()
    seconds = time.perf_counter() - begun
    if got != expected:
        raise SystemExit(f"{name}: {len(expected - got)} seeded errors missed, {len(got - expected)} found too many")
    return seconds


def rows(nodes: int, ontology: Ontology, shapes: Shapes, graph: Graph, peers: int) -> Iterator[tuple[str, float, str]]:
    """Name, seconds, note of each measurement."""
    content = shop(nodes)
    expected = content.expected
    image = MemoryImage(ontology, content.entities, content.relations)
    gate = Gate(shapes, ontology)

    def at_the_gate() -> Expected:
        report = gate.check(Touched(everything=True), image)
        return {(v.focus, v.path) for v in report.violations}

    yield "gate (direct)", timed(at_the_gate, expected, "gate"), "records → report"
    if nodes <= peers:
        data = triples(ontology, content)
        size = f"{len(data):,} triples"
        engine = PyShaclEngine()
        yield "pySHACL", timed(lambda: found(engine.validate(data, shapes)), expected, "pySHACL"), size
        shifty = ShiftyEngine()
        yield "pyshifty", timed(lambda: found(shifty.validate(data, shapes)), expected, "pyshifty"), size
        del data
    seconds = fill(graph, ontology, content)
    validator = GraphValidator(graph, shapes, OntologyVocabulary(ontology))
    cold = timed(lambda: found(validator.run()), expected, "graph")
    warm = timed(lambda: found(validator.run()), expected, "graph")
    yield "in the graph, first", cold, f"loaded in {seconds:.0f} s"
    yield "in the graph, again", warm, ""
    change(graph)
    yield "100 changes, first", changed(graph, ontology, shapes), "found by index, walked backwards, checked"
    yield "100 changes, again", changed(graph, ontology, shapes), ""
    yield "100 changes, by the gate", changed_at_the_gate(graph, ontology, shapes), "the same over the graph's image"


def fill(graph: Graph, ontology: Ontology, content: Content) -> float:
    """Write the shop into the graph."""
    begun = time.perf_counter()
    with graph.driver.session(database=graph.credentials.database) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    apply_schema(graph, ontology, relations={ontology.relations[n].type for n in {r.name for r in content.relations}})
    for start in range(0, len(content.entities), 5000):
        batch = []
        for e in content.entities[start : start + 5000]:
            definitions = ontology.classes[e.classes[0]].properties
            values = {n: native(definitions[n], t[0]) for n, t in e.values.items()}
            held = {"id": e.id, "_classes": list(e.classes), **values}
            batch.append({"properties": held, "labels": labels(ontology, e.classes)})
        graph.write("write/entities_create", rows=batch, seq=1)
    types = {name: r.type for name, r in ontology.relations.items()}
    for start in range(0, len(content.relations), 5000):
        batch = [
            {
                "source": r.source,
                "target": r.target,
                "type": types[r.name],
                "properties": {"id": r.id},
            }
            for r in content.relations[start : start + 5000]
        ]
        graph.write("write/relations_create", rows=batch, seq=1)
    return time.perf_counter() - begun


def change(graph: Graph) -> None:
    """A second version: 50 orders and the relations of 50 others are written anew."""
    with graph.driver.session(database=graph.credentials.database) as session:
        ids = [f"o{n}" for n in range(100)]
        session.run("UNWIND $ids AS id MATCH (e:Entity {id: id}) SET e._seq = 2", ids=ids[:50]).consume()
        text = "UNWIND $ids AS id MATCH (:Entity {id: id})-[r:ORDER_CUSTOMER]->() SET r._seq = 2"
        session.run(text, ids=ids[50:]).consume()


FIRST = Run(id="run-1", ordinal=1, kind="ingest", status="live", agent="bench", published=1)


def changed(graph: Graph, ontology: Ontology, shapes: Shapes) -> float:
    """Seconds of ``knockon validate --changed-since`` the first version, from shapes to report."""
    begun = time.perf_counter()
    validate_graph(graph, ontology, shapes, scope=Scope(FIRST))
    return time.perf_counter() - begun


def changed_at_the_gate(graph: Graph, ontology: Ontology, shapes: Shapes) -> float:
    """Seconds of the gate for the same changes."""
    image = GraphImage(graph, ontology)
    gate = Gate(shapes, ontology)
    begun = time.perf_counter()
    gate.check(image.changed_since(1, set(ontology.relations)), image)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--peers", type=int, default=100_000, help="Largest graph that the peers are run on.")
    parser.add_argument("--heap", default="2g")
    options = parser.parse_args()
    ontology = load_ontology()
    source = RdfGraph(bind_namespaces="none")
    source.parse(data=SHAPES, format="turtle")
    shapes = shapes_from_graph(source, ontology)
    with tempfile.TemporaryDirectory() as folder:
        server = ManagedServer(Path(folder) / "neo4j", heap=options.heap, page_cache="512m", say=print)
        try:
            with Graph.connect(server.ensure_running()) as graph:
                for nodes in options.nodes:
                    report(nodes, list(rows(nodes, ontology, shapes, graph, options.peers)))
        finally:
            server.kill()


def report(nodes: int, measured: list[tuple[str, float, str]]) -> None:
    """A table with ratios to pySHACL and pyshifty."""
    seconds = {name: s for name, s, _ in measured}
    print(f"\n{nodes:,} nodes, 14 property shapes, 1 % seeded errors: all found, nothing else")
    print("| what | seconds | pySHACL ÷ this | pyshifty ÷ this | |\n|---|---|---|---|---|")
    for name, value, note in measured:
        ratios = [f"{seconds[p] / value:.1f}" if p in seconds else "–" for p in ("pySHACL", "pyshifty")]
        print(f"| {name} | {value:.2f} | {ratios[0]} | {ratios[1]} | {note} |")
    print(
        f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", flush=True
    )


if __name__ == "__main__":
    main()
