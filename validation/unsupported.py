"""What no engine would check is refused when shapes are loaded, so that a rule never passes because nobody read it.

SHACL Core and SPARQL constraints are supported. SHACL Advanced Features, SHACL-JS, DASH and the drafts of SHACL 1.2
are not: https://www.w3.org/TR/shacl-af/, https://www.w3.org/TR/shacl-js/, https://www.w3.org/TR/shacl12-core/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node as RdfNode

from ontology.errors import ShapeError
from ontology.model import KO, K
from validation.shape_reader import sh
from validation.terms import NUMERIC_TYPES, RDF, SH, XSD, Iri, from_rdflib, readable

Wrong = Callable[[RdfNode, str, str], ShapeError]

_TYPE = URIRef(RDF + "type")
_PATHS = frozenset(("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"))
_COMPONENT = frozenset((
    "parameter", "validator", "nodeValidator", "propertyValidator", "optional", "labelTemplate", "select", "ask",
    "prefixes", "declare", "prefix", "namespace", "message",
))  # fmt: skip
_CLASSES = frozenset((
    "Shape", "NodeShape", "PropertyShape", "ConstraintComponent", "Parameter", "Validator", "SPARQLConstraint",
    "SPARQLAskValidator", "SPARQLSelectValidator", "PrefixDeclaration", "PropertyGroup",
))  # fmt: skip
_SEVERITIES = frozenset(("Violation", "Warning", "Info"))
_DATATYPES = NUMERIC_TYPES | {
    XSD + n
    for n in (
        "string", "boolean", "date", "time", "dateTime", "dateTimeStamp", "anyURI", "duration", "dayTimeDuration",
        "yearMonthDuration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "hexBinary", "base64Binary",
        "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "QName", "NOTATION",
    )
}  # fmt: skip
_OTHER_RULES = ("http://datashapes.org/dash#",)
_USELESS_ALONE = (
    ("flags", ("pattern",)), ("ignoredProperties", ("closed",)), ("qualifiedMinCount", ("qualifiedValueShape",)),
    ("qualifiedMaxCount", ("qualifiedValueShape",)), ("qualifiedValueShapesDisjoint", ("qualifiedValueShape",)),
    ("qualifiedValueShape", ("qualifiedMinCount", "qualifiedMaxCount")),
)  # fmt: skip
_FORBIDDEN = {
    "MinusGraphPattern": "MINUS", "InlineData": "VALUES", "ValuesClause": "VALUES", "ServiceGraphPattern": "SERVICE",
}  # fmt: skip
_NOISE = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|<[^<>\s]*>|#[^\n]*", re.DOTALL)
_REMOTE = re.compile(r"(?<![\w:?$.-])(SERVICE|FROM|LOAD)(?![\w:-])", re.IGNORECASE)
_ELSE = "Express it in SHACL Core or as a SPARQL constraint (sh:sparql), or leave it out."


def refuse_reaching_out(graph: Graph, wrong: Wrong) -> None:
    """Refuse queries that would reach outside the graph.

    Raises:
        ShapeError: with the word that does.
    """
    for name in ("select", "ask", "construct"):
        for owner, text in graph.subject_objects(sh(name)):
            found = _REMOTE.search(_NOISE.sub(" ", str(text)))
            if found:
                raise wrong(
                    owner, f"A query uses {found[1].upper()}, which reaches outside the graph.", "Leave it out."
                )


def refuse_unsupported(graph: Graph, shapes: Collection[RdfNode], known: Collection[str], wrong: Wrong) -> None:
    """Refuse whatever in the graph is meant as a rule and would not be run.

    Args:
        shapes: the nodes that are shapes.
        known: names of SHACL terms that shapes may use.

    Raises:
        ShapeError: with what it is.
    """
    allowed = {*known, *_COMPONENT, *_PATHS}
    parameters = {p for c in graph.subjects(sh("parameter")) for p in _parameters(graph, c)}
    for node, predicate, value in sorted(graph, key=str):
        name = str(predicate)[len(SH) :] if str(predicate).startswith(SH) else ""
        if name and name not in allowed:
            raise wrong(node, f"sh:{name} is not supported.", _ELSE)
        if predicate == _TYPE and str(value).startswith(SH) and str(value)[len(SH) :] not in _CLASSES:
            raise wrong(node, f"sh:{str(value)[len(SH) :]} is not supported.", _ELSE)
        if str(predicate).startswith(_OTHER_RULES):
            raise wrong(node, f"dash:{readable(Iri(predicate))} is not supported.", _ELSE)
        ours = node in shapes and str(predicate).startswith((K, KO)) and str(predicate) != KO + "mend"
        if ours and predicate not in parameters:
            raise wrong(node, f"{readable(Iri(predicate))} is not a constraint.", "Did you mean one of SHACL's?")
    for node in sorted(shapes, key=str):
        _refuse_in_shape(graph, node, wrong)
    for component in set(graph.subjects(sh("parameter"))):
        if not any((component, sh(n), None) in graph for n in ("validator", "nodeValidator", "propertyValidator")):
            raise wrong(component, "A constraint component has no validator, so it would check nothing.", _ELSE)
    for owner, text in _queries(graph):
        _refuse_query(graph, owner, text, wrong)


def _refuse_in_shape(graph: Graph, node: RdfNode, wrong: Wrong) -> None:
    used = {str(p)[len(SH) :] for p in graph.predicates(node) if str(p).startswith(SH)}
    for name, needed in _USELESS_ALONE:
        if name in used and not used & set(needed):
            raise wrong(
                node, f"sh:{name} does nothing without sh:{' or sh:'.join(needed)}.", "Add it, or leave it out."
            )
    severities = list(graph.objects(node, sh("severity")))
    if len(severities) > 1:
        raise wrong(node, "sh:severity is given more than once.", "Keep one.")
    for value in severities:
        own = str(value).startswith(SH)
        if not isinstance(value, URIRef) or (own and str(value)[len(SH) :] not in _SEVERITIES):
            shown = readable(from_rdflib(value))
            raise wrong(node, f"{shown} is not a severity.", "Use sh:Violation, sh:Warning or sh:Info.")
    if any(not isinstance(t, RdfLiteral) for t in graph.objects(node, sh("message"))):
        raise wrong(node, "A value of sh:message is not a text.", 'Write it as "…"@en.')
    for value in graph.objects(node, sh("datatype")):
        if str(value).startswith(XSD) and str(value) not in _DATATYPES:
            raise wrong(node, f"There is no datatype xsd:{str(value)[len(XSD) :]}.", "Check the name.")
    for constraint in graph.objects(node, sh("sparql")):
        if len(list(graph.objects(constraint, sh("select")))) != 1:
            raise wrong(node, "A SPARQL constraint has no sh:select, or several.", "Give it one query.")
    targeted = used & {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"}
    if isinstance(node, BNode) and not targeted and (None, None, node) not in graph:
        raise wrong(node, "A shape without a name has no target and is not used by another.", "Give it a target.")


def _parameters(graph: Graph, component: RdfNode) -> Iterator[RdfNode]:
    for parameter in graph.objects(component, sh("parameter")):
        yield from graph.objects(parameter, sh("path"))


def _queries(graph: Graph) -> list[tuple[RdfNode, str]]:
    found = [(o, str(t)) for name in ("select", "ask") for o, t in graph.subject_objects(sh(name))]
    return sorted(found, key=lambda pair: (str(pair[0]), pair[1]))


def _refuse_query(graph: Graph, owner: RdfNode, text: str, wrong: Wrong) -> None:
    """SHACL 5.2.1 and Appendix A: no MINUS, VALUES or SERVICE, inner queries keep ``$this``."""
    names: dict[str, str] = {}
    for holder in graph.objects(owner, sh("prefixes")):
        for declared in graph.objects(holder, sh("declare")):
            for prefix in graph.objects(declared, sh("prefix")):
                names.update({str(prefix): str(n) for n in graph.objects(declared, sh("namespace"))})
    plain = re.sub(r"\$PATH\b", "<urn:knockon:path>", text)  # stands for the shape's path, put in when it is run
    try:
        prepareQuery(plain, initNs=names)
        parsed = parseQuery(plain)
    except Exception as problem:  # noqa: BLE001 - the parser raises what it likes; a person sees a sentence
        first = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        raise wrong(
            owner, f"Its query cannot be read: {first}", "Correct the query, and declare its prefixes."
        ) from None
    for part, depth in _parts(parsed, 0):
        word = _FORBIDDEN.get(part.name)
        if word and part:
            raise wrong(owner, f"A query uses {word}, which SHACL forbids in constraints.", "Use FILTER NOT EXISTS.")
        if part.name == "SubSelect" and depth and "this" not in _projected(part):
            raise wrong(owner, "An inner SELECT does not give $this, which SHACL asks for.", "Add $this to it.")
        if part.name == "Function" and not str(_expanded(part.iri, names)).startswith(XSD):
            raise wrong(
                owner, "A query calls a function that SPARQL does not have.", "SHACL functions are not supported."
            )


def _parts(value: object, depth: int) -> Iterator[tuple[CompValue, int]]:
    if isinstance(value, CompValue):
        yield value, depth
        for inner in value.values():
            yield from _parts(inner, depth + 1)
    elif hasattr(value, "__iter__") and not isinstance(value, str):
        for inner in value:
            yield from _parts(inner, depth)


def _projected(query: CompValue) -> set[str]:
    listed = query.get("projection") or []
    names = {str(v.get("var") or v.get("evar") or "") for v in listed if isinstance(v, CompValue)}
    return names if listed else {"this"}


def _expanded(name: object, names: dict[str, str]) -> str:
    if isinstance(name, CompValue):
        return names.get(str(name.get("prefix") or ""), "") + str(name.get("localname") or "")
    return str(name)
