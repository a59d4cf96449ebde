"""Words of questions that ask and say nothing of what is asked for, and verbs of what people and companies do."""

_EMPTY = """
we us our all there any with have has had do does did get got give show list tell name find whose currently now right
total sum number count average mean amount many much most least top first last in made placed bought buy buys purchase
purchased ordered order belong related value worth every each per exist existing one ones long when and or es gibt haben
hat wir uns alle
"""
FILLER = frozenset(_EMPTY.split())

DOERS = {
    "Supplier": "supplies supply supplying supplied delivers deliver offers offer makes sells liefert",
    "Customer": "bought buys buy ordered orders order purchased purchases kauft kaufte bestellt",
    "Employee": "handles handle handled answers answered assigned responsible looks",
}
"""Class → what its things do to those that a question names."""
