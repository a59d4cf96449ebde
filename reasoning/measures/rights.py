"""Which measures a set of callers may not see: decided from what their formulas read, never from the data."""

from __future__ import annotations

from graph_engine.snapshot.visibility import Visibility
from ontology.model import Ontology, Role
from reasoning.measures.catalogue import Definition, Measures
from reasoning.measures.rates import CLASS, RELATIONS
from reasoning.measures.reads import Read, ReadKind


def withheld(measures: Measures, visible: Visibility) -> frozenset[str]:
    """Measures whose formula, or that of a measure it uses, reads a hidden class, property or relation."""
    found: set[str] = set()
    for name in measures.names:  # each after those that it uses
        definition = measures.definitions[name]
        if found & set(definition.measure.uses) or _hidden(measures.ontology, definition, visible):
            found.add(name)
    return frozenset(found)


def _hidden(ontology: Ontology, definition: Definition, visible: Visibility) -> bool:
    if definition.measure.class_name in visible.classes:
        return True
    return any(_reads_hidden(ontology, read, visible) for read in definition.reads)


def _reads_hidden(ontology: Ontology, read: Read, visible: Visibility) -> bool:
    for hop in read.path:
        if hop.target in visible.classes or (isinstance(hop, Role) and hop.relation.name in visible.relations):
            return True
    match read.kind:
        case ReadKind.PROPERTY:
            # A property that is hidden on a subclass only would show in what is summed over the class.
            return any(f"{c}.{read.name}" in visible.properties for c in ontology.subclasses(read.class_name))
        case ReadKind.RELATION:
            relation = ontology.relations[read.name]
            ends = {relation.source, relation.target}
            own = {f"{read.name}.{p}" for p in relation.properties}
            return read.name in visible.relations or bool(ends & visible.classes | own & visible.relation_properties)
        case ReadKind.MEMBERS:
            return read.name in visible.classes
        case ReadKind.RATES:
            return CLASS in visible.classes or bool(set(RELATIONS) & visible.relations)
    return False
