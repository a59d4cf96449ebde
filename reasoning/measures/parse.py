"""Reads formulas: a tokenizer and a parser by recursive descent (the grammar is in ``docs/measures.md``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from reasoning.measures.problems import FormulaError
from reasoning.measures.syntax import Among, Binary, Call, Name, Number, Syntax, Text, Unary, Word

LONGEST = 4_000
"""Characters that a formula may have."""
DEEPEST = 60
"""Parts that may be nested in each other."""
WIDEST = 150
"""Operations that may stand one after the other without brackets."""

KEYWORDS = frozenset({"and", "or", "not", "in", "where", "as", "distinct", "true", "false", "null"})
_TOKEN = re.compile(
    r"(?P<space>\s+|#[^\n]*)"
    r"|(?P<number>\d+(?:_\d{3})*(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<text>\"[^\"\n]*\"|'[^'\n]*')"
    r"|(?P<op>==|!=|<=|>=|[-+*/<>(),.])"
)
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")


class Token(NamedTuple):
    """A word of a formula."""

    kind: str
    text: str
    at: int

    @property
    def end(self) -> int:
        """The character after it."""
        return self.at + len(self.text)


def parse(formula: str) -> Syntax:
    """The tree of a formula.

    Raises:
        FormulaError: it does not follow the grammar.
    """
    if len(formula) > LONGEST:
        raise FormulaError(f"The formula has {len(formula):,} characters; {LONGEST:,} are allowed.", 0, "Split it.")
    parser = _Parser(tokens(formula), len(formula))
    tree = parser.expression()
    parser.finish()
    return tree


def tokens(formula: str) -> list[Token]:
    """The words of a formula, without spaces and comments.

    Raises:
        FormulaError: a character means nothing here.
    """
    found: list[Token] = []
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise _unknown_character(formula, at)
        kind, text = match.lastgroup or "", match.group()
        if kind == "name" and text in KEYWORDS:
            kind = "keyword"
        if kind != "space":
            found.append(Token(kind, text, at))
        at = match.end()
    return found


def _unknown_character(formula: str, at: int) -> FormulaError:
    character = formula[at]
    if character in "\"'":
        return FormulaError("A text is not closed.", at, f"End it with {character} on the same line.")
    if character == "=":
        return FormulaError("`=` alone means nothing here.", at, "Write `==` to compare.")
    if character == "&" or character == "|":
        return FormulaError(f"{character!r} means nothing here.", at, "Write `and` or `or`.")
    if character == "^" or character == "%":
        return FormulaError(f"{character!r} is not an operation of formulas.", at, "There are + - * /.")
    return FormulaError(f"{character!r} means nothing in a formula.", at, "Delete it.")


class _Parser:
    def __init__(self, words: list[Token], length: int) -> None:
        self._words = words
        self._length = length
        self._next = 0
        self._depth = 0
        self._operations = 0

    def finish(self) -> None:
        if self._next < len(self._words):
            word = self._words[self._next]
            raise FormulaError(f"{word.text!r} is not expected here.", word.at, "An operation or a comma is missing.")

    def expression(self) -> Syntax:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(
                f"More than {DEEPEST} parts are nested in each other.", self._at(), "Make a measure of an inner part."
            )
        left = self._conjunction()
        while (op := self._take("or")) is not None:
            right = self._chained(op, self._conjunction)
            left = Binary(left.at, right.end, "or", left, right)
        self._depth -= 1
        return left

    def _conjunction(self) -> Syntax:
        left = self._negation()
        while (op := self._take("and")) is not None:
            right = self._chained(op, self._negation)
            left = Binary(left.at, right.end, "and", left, right)
        return left

    def _negation(self) -> Syntax:
        at = self._at()
        negations = 0
        while self._take("not"):
            negations += 1
            if negations > DEEPEST:
                raise FormulaError("Too many `not`.", at, "Delete some.")
        operand = self._comparison()
        for _ in range(negations):
            operand = Unary(at, operand.end, "not", operand)
        return operand

    def _comparison(self) -> Syntax:
        left = self._sum()
        if self._take("in"):
            return self._among(left)
        op = self._take(*_COMPARISONS)
        if op is None:
            return left
        right = self._sum()
        if (again := self._take(*_COMPARISONS)) is not None:
            raise FormulaError(
                f"Comparisons do not chain: {again.text!r}.", again.at, "Write `a < b and b < c` for `a < b < c`."
            )
        return Binary(left.at, right.end, op.text, left, right)

    def _chained(self, op: Token, part: Callable[[], Syntax]) -> Syntax:
        self._operations += 1
        if self._operations > WIDEST:
            raise FormulaError(f"The formula has more than {WIDEST} operations.", op.at, "Make a measure of a part.")
        return part()

    def _among(self, left: Syntax) -> Syntax:
        self._need("(", 'a list such as ("open", "late")')
        values = [self._sum()]
        while (comma := self._take(",")) is not None:
            values.append(self._chained(comma, self._sum))
        end = self._need(")", "`)` after the list")
        return Among(left.at, end.end, left, tuple(values))

    def _sum(self) -> Syntax:
        left = self._product()
        while (op := self._take("+", "-")) is not None:
            right = self._chained(op, self._product)
            left = Binary(left.at, right.end, op.text, left, right)
        return left

    def _product(self) -> Syntax:
        left = self._sign()
        while (op := self._take("*", "/")) is not None:
            right = self._chained(op, self._sign)
            left = Binary(left.at, right.end, op.text, left, right)
        return left

    def _sign(self) -> Syntax:
        signs: list[Token] = []
        while (sign := self._take("-", "+")) is not None:
            signs.append(sign)
            if len(signs) > DEEPEST:
                raise FormulaError("Too many signs.", sign.at, "Delete some.")
        operand = self._primary()
        for sign in reversed(signs):
            if sign.text == "-":
                operand = Unary(sign.at, operand.end, "-", operand)
        return operand

    def _primary(self) -> Syntax:
        if self._next >= len(self._words):
            raise FormulaError("The formula ends too early.", self._length, "A value is missing at its end.")
        word = self._words[self._next]
        self._next += 1
        match word.kind:
            case "number":
                digits = word.text.replace("_", "")
                return Number(word.at, word.end, Fraction(digits), len(digits.partition(".")[2]))
            case "text":
                return Text(word.at, word.end, word.text[1:-1])
            case "name":
                return self._call(word) if self._peek("(") else self._name(word)
            case "keyword" if word.text in ("true", "false", "null"):
                return Word(word.at, word.end, word.text)
            case "op" if word.text == "(":
                inner = self.expression()
                self._need(")", "a closing `)`")
                return inner
        raise FormulaError(f"A value is expected here, not {word.text!r}.", word.at)

    def _name(self, word: Token) -> Name:
        parts, end = [word.text], word.end
        while self._take("."):
            part = self._words[self._next] if self._next < len(self._words) else None
            if part is None or part.kind not in ("name", "keyword"):
                raise FormulaError("A name is expected after the point.", self._at())
            self._next += 1
            parts.append(part.text)
            end = part.end
            if len(parts) > 8:
                raise FormulaError("The name goes over more than 8 points.", word.at, "Make a measure of a part.")
        return Name(word.at, end, tuple(parts))

    def _call(self, word: Token) -> Call:
        self._need("(", "`(`")
        distinct = self._take("distinct") is not None
        arguments: list[Syntax] = []
        alias, where = "", None
        if not self._peek(")"):
            arguments.append(self.expression())
            if self._take("as"):
                name = self._words[self._next] if self._next < len(self._words) else None
                if name is None or name.kind != "name":
                    raise FormulaError("A name is expected after `as`.", self._at(), "Write `lines as line`.")
                self._next += 1
                alias = name.text
            while self._take(","):
                arguments.append(self.expression())
            if self._take("where"):
                where = self.expression()
        end = self._need(")", f"a closing `)` of {word.text}(")
        return Call(word.at, end.end, word.text, tuple(arguments), distinct, alias, where)

    def _at(self) -> int:
        return self._words[self._next].at if self._next < len(self._words) else self._length

    def _peek(self, text: str) -> bool:
        return self._next < len(self._words) and self._is(self._words[self._next], text)

    def _take(self, *texts: str) -> Token | None:
        if self._next < len(self._words) and any(self._is(self._words[self._next], t) for t in texts):
            self._next += 1
            return self._words[self._next - 1]
        return None

    def _need(self, text: str, what: str) -> Token:
        found = self._take(text)
        if found is None:
            word = f", not {self._words[self._next].text!r}" if self._next < len(self._words) else ""
            raise FormulaError(f"{what} is expected here{word}.", self._at())
        return found

    @staticmethod
    def _is(word: Token, text: str) -> bool:
        return word.text == text and word.kind in ("op", "keyword")
