"""A small in-memory triple index: what the engines read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import Graph

from validation.terms import SUBCLASS, TYPE, Iri, Literal, Term, Triple, from_rdflib, n_triples, to_rdflib

_NONE: dict[Iri, dict[Term, None]] = {}
_EMPTY: dict[Term, None] = {}


class TripleIndex:
    """Triples by subject and by object. Duplicates are kept once, as RDF has it."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self._out: dict[Term, dict[Iri, dict[Term, None]]] = {}
        self._in: dict[Term, dict[Iri, dict[Term, None]]] | None = None  # made when an inverse is first asked for
        self._supers: dict[Term, frozenset[Term]] = {}
        self.add(triples)

    @classmethod
    def from_rdflib(cls, graph: Graph) -> TripleIndex:
        """The index of an rdflib graph; literals canonical."""
        return cls((from_rdflib(s), Iri(p), from_rdflib(o)) for s, p, o in graph)

    def add(self, triples: Iterable[Triple]) -> None:
        """Add triples."""
        out = self._out
        for s, p, o in triples:
            by = out.get(s)
            if by is None:
                out[s] = {p: {o: None}}
            else:
                objects = by.get(p)
                if objects is None:
                    by[p] = {o: None}
                else:
                    objects[o] = None
        self._in = None
        self._supers.clear()

    def _inverse(self) -> dict[Term, dict[Iri, dict[Term, None]]]:
        if self._in is None:
            inward: dict[Term, dict[Iri, dict[Term, None]]] = {}
            for s, by in self._out.items():
                for p, objects in by.items():
                    for o in objects:
                        if type(o) is not Literal:
                            inward.setdefault(o, {}).setdefault(p, {})[s] = None
            self._in = inward
        return self._in

    def objects(self, subject: Term, predicate: Iri) -> dict[Term, None]:
        """Distinct objects, as the keys of a dictionary (order of insertion)."""
        return self._out.get(subject, _NONE).get(predicate, _EMPTY)

    def subjects(self, predicate: Iri, object_: Term) -> dict[Term, None]:
        """Distinct subjects. A literal object is found by a walk over all subjects (rare: an inverse path from it)."""
        if isinstance(object_, Literal):
            return {s: None for s, by in self._out.items() if object_ in by.get(predicate, _EMPTY)}
        return self._inverse().get(object_, _NONE).get(predicate, _EMPTY)

    def predicates(self, subject: Term) -> Iterable[Iri]:
        """Predicates that the subject has."""
        return self._out.get(subject, _NONE).keys()

    def nodes_with(self, predicate: Iri, *, as_object: bool) -> Iterator[Term]:
        """Subjects (or objects) of a predicate."""
        if not as_object:
            yield from (s for s, by in self._out.items() if predicate in by)
            return
        seen: dict[Term, None] = {}
        for by in self._out.values():
            seen.update(by.get(predicate, _EMPTY))
        yield from seen

    def instances(self, cls: Iri) -> Iterator[Term]:
        """Nodes whose type is the class or a subclass of it."""
        wanted, todo = {cls}, [cls]
        while todo:
            for sub in self.subjects(SUBCLASS, todo.pop()):
                if isinstance(sub, Iri) and sub not in wanted:
                    wanted.add(sub)
                    todo.append(sub)
        seen: set[Term] = set()
        for kind in sorted(wanted):
            for node in self.subjects(TYPE, kind):
                if node not in seen:
                    seen.add(node)
                    yield node

    def is_instance(self, node: Term, cls: Iri) -> bool:
        """Whether the node has the class or a subclass of it as type."""
        for kind in self._out.get(node, _NONE).get(TYPE, _EMPTY):
            if kind == cls or cls in self._superclasses(kind):
                return True
        return False

    def _superclasses(self, cls: Term) -> frozenset[Term]:
        known = self._supers.get(cls)
        if known is None:
            found, todo = {cls}, [cls]
            while todo:
                for parent in self.objects(todo.pop(), SUBCLASS):
                    if parent not in found:
                        found.add(parent)
                        todo.append(parent)
            known = self._supers[cls] = frozenset(found)
        return known

    def __iter__(self) -> Iterator[Triple]:
        for s, by in self._out.items():
            for p, objects in by.items():
                for o in objects:
                    yield s, p, o

    def __len__(self) -> int:
        return sum(len(objects) for by in self._out.values() for objects in by.values())

    def to_rdflib(self) -> Graph:
        """An rdflib graph of the same triples."""
        graph = Graph(bind_namespaces="none")
        known: dict[Term, object] = {}

        def node(term: Term) -> object:
            found = known.get(term)
            if found is None:
                found = known[term] = to_rdflib(term)
            return found

        add = graph.store.add
        for s, p, o in self:
            add((node(s), node(p), node(o)), graph)  # type: ignore[arg-type]
        return graph

    def to_n_triples(self) -> bytes:
        """The triples as N-Triples."""
        return "".join(f"{n_triples(s)} {n_triples(p)} {n_triples(o)} .\n" for s, p, o in self).encode()
