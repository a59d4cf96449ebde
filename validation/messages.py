"""What a finding says to a person, where the shape itself has no ``sh:message``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from validation import shape_model as m
from validation.terms import Term, readable

_BOUND_WORDS = {
    "minExclusive": ("more than", "größer als"), "minInclusive": ("at least", "mindestens"),
    "maxExclusive": ("less than", "kleiner als"), "maxInclusive": ("at most", "höchstens"),
}  # fmt: skip


def messages_for(shape: m.Shape, constraint: m.Constraint, shapes: Mapping[Term, m.Shape]) -> Mapping[str, str]:
    """Text by language: the shape's own ``sh:message``, else a sentence in English and German."""
    if shape.messages:
        return shape.messages
    subject = m.path_text(shape.path) if shape.path is not None else ""
    english, german = _sentence(constraint, shapes)
    return MappingProxyType({
        "en": f"{subject or 'The thing itself'} {english}.",
        "de": f"{subject or 'Das Objekt selbst'} {german}.",
    })  # fmt: skip


def _name(key: Term, shapes: Mapping[Term, m.Shape]) -> str:
    return shapes[key].name if key in shapes else readable(key)


def _sentence(constraint: m.Constraint, shapes: Mapping[Term, m.Shape]) -> tuple[str, str]:
    match constraint:
        case m.HasClass(cls):
            return f"must be a {readable(cls)}", f"muss {readable(cls)} sein"
        case m.HasDatatype(datatype):
            return f"must be of type {readable(datatype)}", f"muss vom Typ {readable(datatype)} sein"
        case m.HasNodeKind(kinds):
            return f"must be one of: {', '.join(sorted(kinds))}", f"muss eines sein von: {', '.join(sorted(kinds))}"
        case m.MinCount(count):
            if count == 1:
                return "is missing", "fehlt"
            return f"needs at least {count} values", f"braucht mindestens {count} Werte"
        case m.MaxCount(count):
            return f"may have at most {count} value(s)", f"darf höchstens {count} Wert(e) haben"
        case m.Compare(name, bound):
            english, german = _BOUND_WORDS[name]
            return f"must be {english} {bound.text}", f"muss {german} {bound.text} sein"
        case m.MinLength(length):
            return f"needs at least {length} characters", f"braucht mindestens {length} Zeichen"
        case m.MaxLength(length):
            return f"may have at most {length} characters", f"darf höchstens {length} Zeichen haben"
        case m.Pattern(pattern):
            return f"must match {pattern}", f"muss {pattern} entsprechen"
        case m.LanguageIn(ranges):
            return f"must be text in {', '.join(ranges)}", f"muss Text sein in {', '.join(ranges)}"
        case m.UniqueLang():
            return "may have one text a language", "darf je Sprache nur einen Text haben"
        case m.Equals(predicate):
            return f"must equal {readable(predicate)}", f"muss gleich {readable(predicate)} sein"
        case m.Disjoint(predicate):
            return f"must differ from {readable(predicate)}", f"muss sich von {readable(predicate)} unterscheiden"
        case m.LessThan(predicate, or_equals):
            if or_equals:
                return f"must not exceed {readable(predicate)}", f"darf {readable(predicate)} nicht überschreiten"
            return f"must be less than {readable(predicate)}", f"muss kleiner als {readable(predicate)} sein"
        case m.HasValue(value):
            return f"must include {readable(value)}", f"muss {readable(value)} enthalten"
        case m.In(values):
            listed = ", ".join(readable(v) for v in values)
            return f"must be one of: {listed}", f"muss eines sein von: {listed}"
        case m.Closed():
            return "has a property that is not allowed here", "hat eine Eigenschaft, die hier nicht erlaubt ist"
        case m.Qualified(shape, minimum, maximum):
            low, high = minimum or 0, "" if maximum is None else f" and at most {maximum}"
            hoch = "" if maximum is None else f" und höchstens {maximum}"
            name = _name(shape, shapes)
            return f"needs at least {low}{high} that fit {name}", f"braucht mindestens {low}{hoch} passend zu {name}"
        case m.Not(shape):
            return f"must not fit {_name(shape, shapes)}", f"darf nicht zu {_name(shape, shapes)} passen"
        case m.Node(shape):
            return f"must fit {_name(shape, shapes)}", f"muss zu {_name(shape, shapes)} passen"
        case m.And(parts):
            names = ", ".join(_name(p, shapes) for p in parts)
            return f"must fit all of: {names}", f"muss zu allen passen: {names}"
        case m.Or(parts):
            names = ", ".join(_name(p, shapes) for p in parts)
            return f"must fit one of: {names}", f"muss zu einem passen: {names}"
        case m.Xone(parts):
            names = ", ".join(_name(p, shapes) for p in parts)
            return f"must fit exactly one of: {names}", f"muss zu genau einem passen: {names}"
        case _:
            return "breaks a rule", "verletzt eine Regel"
