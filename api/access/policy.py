"""Policies in Cedar (https://docs.cedarpolicy.com): which roles may do what, and which data they see.

Resources of ``see``: ``Class::"Employee"`` (in its superclasses), ``Property::"Employee.login"`` (in its class; has
``personal``), ``Relation::"order_customer"``, ``RelationProperty::"component.quantity"``, ``Source::"crm"`` and
``Source::"crm/contacts"``, and ``Value::"Customer.region=North"`` in ``Label::"Customer.region"``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import cedarpy

from api.access.caller import Action, Caller, Forbidden
from graph_engine.snapshot.visibility import Visibility
from ontology.errors import BadQuestion, ConfigurationError
from ontology.model import Ontology

DEFAULT = Path(__file__).parent / "policies" / "default.cedar"
_ROLE = re.compile(r'Role::"([^"]+)"')
_LABEL = re.compile(r'(?:Label::"([^"=]+)"|Value::"([^"=]+)=)')
_SEE, _EDIT = 'Action::"see"', 'Action::"edit"'
_KEPT = 500
Resource = dict[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is permitted, and by which policies."""

    allowed: bool
    policies: tuple[str, ...]


class Policies:
    """The policies in force. Immutable; made once when the service starts.

    Args:
        files: the project's own, besides the shipped ones.

    Raises:
        ConfigurationError: a file is not Cedar.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        texts: list[tuple[str, str]] = []
        for file in (DEFAULT, *sorted(files)):
            text = file.read_text(encoding="utf-8")
            try:
                cedarpy.PolicySet.from_str(text)
            except ValueError as problem:
                raise ConfigurationError(
                    f"This is not a Cedar policy: {problem}.", where=file, do="docs/access.md shows some."
                ) from problem
            texts.append((file.name, text))
        self.files = tuple(texts)
        """Name and text of each file, the shipped one first."""
        self.text = "\n".join(text for _, text in texts)
        self.digest = hashlib.sha256(self.text.encode()).hexdigest()[:16]
        self.roles = tuple(sorted(set(_ROLE.findall(self.text))))
        self.labels = tuple(sorted({a or b for a, b in _LABEL.findall(self.text)}))
        """``Class.property`` whose values decide about whole things."""
        self._set = cedarpy.PolicySet.from_str(self.text)
        self._kept: dict[tuple[object, ...], Visibility] = {}
        self._fixed: dict[tuple[tuple[str, ...], str], frozenset[str]] = {}
        self._verdicts: dict[tuple[str, tuple[str, ...], Action], Verdict] = {}
        self._lock = Lock()

    def require_roles(self, roles: Sequence[str]) -> None:
        """Refuse roles that no policy is about.

        Raises:
            BadQuestion: one is unknown.
        """
        for role in roles:
            if role not in self.roles:
                raise BadQuestion(f"No policy is about a role {role!r}.", do=f"There are: {', '.join(self.roles)}.")

    def decide(self, caller: Caller, action: Action) -> Verdict:
        """Whether a caller may do something, and which policies say so."""
        if caller.scopes and action not in caller.scopes:
            return Verdict(False, (f"scopes of {caller.id}",))
        key = (caller.id, caller.roles, action)
        with self._lock:
            if key in self._verdicts:
                return self._verdicts[key]
        request = {
            "principal": _uid("User", caller.id), "action": _uid("Action", action),
            "resource": 'Knockon::"graph"', "context": {},
        }  # fmt: skip
        found = cedarpy.is_authorized(request, self._set, _principal(caller.id, caller.roles))
        verdict = Verdict(found.allowed, _named(found))
        with self._lock:
            if len(self._verdicts) > _KEPT:
                self._verdicts.clear()
            self._verdicts[key] = verdict
        return verdict

    def alone(self, caller: Caller, change: str) -> Verdict:
        """Whether a caller may make a change without a second person (:mod:`api.four_eyes`)."""
        request = {
            "principal": _uid("User", caller.id), "action": 'Action::"alone"',
            "resource": _uid("Change", change), "context": {},
        }  # fmt: skip
        found = cedarpy.is_authorized(request, self._set, _principal(caller.id, caller.roles))
        return Verdict(found.allowed, _named(found))

    def require(self, caller: Caller, action: Action) -> Verdict:
        """Like :meth:`decide`.

        Raises:
            Forbidden: the caller may not.
        """
        verdict = self.decide(caller, action)
        if not verdict.allowed:
            raise Forbidden(
                f"{caller.name} may not do that: it needs the right to {action}.",
                do="Ask an owner of this knockon for a key with another role.",
            )
        return verdict

    def visibility(
        self, roles: Sequence[str], ontology: Ontology, tables: Iterable[str], values: Mapping[str, Iterable[str]]
    ) -> Visibility:
        """What callers with these roles may not see.

        Args:
            tables: ``source/table`` of every table.
            values: for each of :attr:`labels`, the values that occur.
        """
        held = {path: frozenset(texts) for path, texts in values.items()}
        key = (tuple(sorted(roles)), ontology.digest, tuple(sorted(tables)), tuple(sorted(held.items())))
        with self._lock:
            if key not in self._kept:
                if len(self._kept) > _KEPT:
                    self._kept.clear()
                self._kept[key] = self._visibility(sorted(roles), ontology, sorted(tables), held)
            return self._kept[key]

    def not_editable(self, roles: Sequence[str], ontology: Ontology) -> frozenset[str]:
        """What callers with these roles may not enter, whatever they may decide: ``Class.property``, and relations."""
        key = (tuple(sorted(roles)), ontology.digest)
        with self._lock:
            if key not in self._fixed:
                if len(self._fixed) > _KEPT:
                    self._fixed.clear()
                wanted = [*_properties(ontology), *_relations(ontology)]
                found = self._forbidden(_EDIT, key[0], wanted, [*_classes(ontology), *wanted])
                self._fixed[key] = frozenset(id_ for _, id_ in found)
            return self._fixed[key]

    def _forbidden(
        self, action: str, roles: Sequence[str], wanted: Sequence[Resource], all_: Sequence[Resource]
    ) -> list[tuple[str, str]]:
        """Kind and id of the resources on which these roles may not do something."""
        requests = [
            {"principal": _uid("User", "-"), "action": action, "resource": _literal(r), "context": {}} for r in wanted
        ]
        found = cedarpy.is_authorized_batch(requests, self._set, [*_principal("-", roles), *all_])
        return [_parts(r) for r, result in zip(wanted, found, strict=True) if not result.allowed]

    def _visibility(
        self, roles: Sequence[str], ontology: Ontology, tables: Sequence[str], values: Mapping[str, frozenset[str]]
    ) -> Visibility:
        resources = [*_classes(ontology), *_properties(ontology), *_relations(ontology), *_sources(tables)]
        for path, texts in sorted(values.items()):
            resources.append(_entity("Label", path))
            resources += [_entity("Value", f"{path}={t}", [("Label", path)]) for t in sorted({*texts, ""})]
        labels = [_ref("Label", p) for p in values]
        hidden: dict[str, set[str]] = {}
        for kind, id_ in self._forbidden(_SEE, roles, [r for r in resources if r["uid"] not in labels], resources):
            hidden.setdefault(kind, set()).add(id_)

        def of(kind: str) -> frozenset[str]:
            return frozenset(hidden.get(kind, ()))

        pairs = {tuple(v.split("=", 1)) for v in of("Value")}
        return Visibility(
            of("Class"), of("Property"), of("Relation"), of("RelationProperty"), of("Source"),
            frozenset((p[0], p[1]) for p in pairs),
        )  # fmt: skip


def _classes(ontology: Ontology) -> list[Resource]:
    return [_entity("Class", n, [("Class", a) for a in c.ancestors]) for n, c in sorted(ontology.classes.items())]


def _properties(ontology: Ontology) -> list[Resource]:
    found: list[Resource] = []
    for name, class_ in sorted(ontology.classes.items()):
        person = "Person" in (name, *class_.ancestors)
        for held in class_.properties.values():
            above = [
                a for a in class_.ancestors if a in ontology.classes and held.name in ontology.classes[a].properties
            ]
            # What a person is called is personal on a person, though not on a company.
            personal = held.personal or (person and held.name == class_.title)
            parents = [("Class", name), *(("Property", f"{a}.{held.name}") for a in above)]
            found.append(_entity("Property", f"{name}.{held.name}", parents, personal=personal))
    return found


def _relations(ontology: Ontology) -> list[Resource]:
    found: list[Resource] = []
    for name, relation in sorted(ontology.relations.items()):
        found.append(_entity("Relation", name))
        for held in relation.properties.values():
            found.append(
                _entity("RelationProperty", f"{name}.{held.name}", [("Relation", name)], personal=held.personal)
            )
    return found


def _sources(tables: Sequence[str]) -> list[Resource]:
    sources = sorted({t.split("/")[0] for t in tables})
    return [_entity("Source", s) for s in sources] + [
        _entity("Source", t, [("Source", t.split("/")[0])]) for t in tables if "/" in t
    ]


def _principal(id_: str, roles: Sequence[str]) -> list[Resource]:
    return [_entity("User", id_, [("Role", r) for r in roles])]


def _entity(kind: str, id_: str, parents: Sequence[tuple[str, str]] = (), *, personal: bool | None = None) -> Resource:
    attrs = {} if personal is None else {"personal": personal}
    return {"uid": _ref(kind, id_), "attrs": attrs, "parents": [_ref(k, i) for k, i in parents]}


def _ref(kind: str, id_: str) -> dict[str, str]:
    return {"type": kind, "id": id_}


def _parts(resource: Resource) -> tuple[str, str]:
    uid = resource["uid"]
    assert isinstance(uid, dict)
    return str(uid["type"]), str(uid["id"])


def _literal(resource: Resource) -> str:
    return _uid(*_parts(resource))


def _uid(kind: str, id_: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in id_)
    return f'{kind}::"{escaped}"'


def _named(result: cedarpy.AuthzResult) -> tuple[str, ...]:
    names = result.diagnostics.id_annotations_by_reason
    found = names if isinstance(names, dict) else json.loads(str(names or "{}"))
    return tuple(sorted(str(found.get(r) or r) for r in result.diagnostics.reasons))
