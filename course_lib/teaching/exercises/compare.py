"""Is this answer the expected one? Strict: type, shape, kind of number, then every value. Never `.any()` by mistake.

`difference` answers "" for equal and a sentence for everything else, so a wrong answer cannot pass unexplained.
"""

import numbers

import numpy as np

KINDS = {
    "b": "True/False",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "decimal numbers",
    "c": "complex numbers",
}


def difference(got, expected, *, rtol: float = 1e-5, atol: float = 1e-8) -> str:
    """ "" where `got` equals `expected`, else a sentence that says how they differ.

    Numbers are equal within atol + rtol * |expected|. A whole number is expected to be whole in type, too; arrays
    and tensors count alike but must have the same shape (nothing is broadcast); NaN equals only an expected NaN.

    >>> difference(32, 32), difference(32.0, 32)
    ('', 'the value is right, but it is a decimal number (float) where a whole number is expected: divide with //')
    >>> difference([1, 2], [1, 3])
    '1 of 2 values differ; first at [1]: yours is 2, expected 3'
    """
    if got is None and expected is not None:
        return "there is no value: it is None"
    if expected is None:
        return "" if got is None else f"expected None, got {kind_of(got)}"
    if isinstance(expected, (str, bytes)):
        return _text(got, expected)
    if isinstance(expected, dict):
        return _dictionary(got, expected, rtol, atol)
    if isinstance(expected, (list, tuple)) and not _is_numeric(expected):
        return _sequence(got, expected, rtol, atol)
    if _is_array(expected) or isinstance(expected, (list, tuple)) or _is_number(expected):
        return _numeric(got, expected, rtol, atol)
    if type(got) is type(expected):
        return "" if got == expected else "the values differ"
    return f"expected {kind_of(expected)}, got {kind_of(got)}"


def kind_of(value) -> str:
    """What a value is, in a reader's words.

    >>> kind_of(3), kind_of("x"), kind_of([1, 2])
    ('a whole number (int)', 'text (str)', 'a list of 2')
    """
    if value is None:
        return "None"
    if callable(value):
        return "a function"
    if _is_number(value):
        word = {"b": "True or False", "i": "a whole number", "u": "a whole number", "c": "a complex number"}
        return f"{word.get(np.asarray(value).dtype.kind, 'a decimal number')} ({type(value).__name__})"
    if isinstance(value, str):
        return "text (str)"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {type(value).__name__} of {len(value)}"
    if _is_array(value):
        return f"{'a tensor' if hasattr(value, 'detach') else 'an array'} of shape {tuple(value.shape)}"
    return f"a {type(value).__name__}"


def _numeric(got, expected, rtol, atol) -> str:
    if not (_is_number(got) or _is_array(got) or isinstance(got, (list, tuple))):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if (_is_array(expected) and expected.ndim and isinstance(got, (list, tuple))) or (
        isinstance(expected, (list, tuple)) and _is_number(got)
    ):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    want = _plain(expected)
    try:
        have = _plain(got)
    except (ValueError, TypeError):
        return f"expected {kind_of(expected)}, got {kind_of(got)} that holds something else than numbers"
    if have.dtype.kind not in KINDS:
        return f"expected {KINDS[want.dtype.kind]}, got {kind_of(got)} that holds something else"
    if have.shape != want.shape:
        return (
            f"expected shape {want.shape}, got shape {have.shape}"
            if want.shape
            else (f"expected one number, got {kind_of(got)}")
        )
    wrong = _values(have, want, rtol, atol)
    return wrong or _kind(have, want, got)


def _values(have, want, rtol, atol) -> str:
    surprise = ~np.isfinite(have) & np.isfinite(want)
    if surprise.any():
        where = _place(surprise)
        return f"there is {_say(have[where])}{_at(where)} (NaN or infinite in {np.count_nonzero(surprise)} places)"
    equal = (have == want) | (np.isnan(have) & np.isnan(want))
    finite = np.isfinite(have) & np.isfinite(want)
    with np.errstate(invalid="ignore"):
        equal |= finite & (np.abs(np.subtract(have, want, dtype=np.complex128)) <= atol + rtol * np.abs(want))
    if equal.all():
        return ""
    where = _place(~equal)
    if not want.shape:
        return f"yours is {_say(have[where])}, expected {_say(want[where])}"
    return (
        f"{np.count_nonzero(~equal)} of {equal.size} values differ; first{_at(where)}: "
        f"yours is {_say(have[where])}, expected {_say(want[where])}"
    )


def _kind(have, want, got) -> str:
    """Right in value; is it right in kind? A float may hold an expected whole number's value and still teach wrong."""
    have_kind, want_kind = ("i" if kind == "u" else kind for kind in (have.dtype.kind, want.dtype.kind))
    if have_kind == want_kind or (have_kind == "i" and want_kind == "f"):
        return ""
    if (have_kind, want_kind) == ("f", "i"):
        if have.shape:
            return "the values are right, but they are decimal numbers where whole numbers are expected"
        return (
            f"the value is right, but it is {kind_of(got)} where a whole number is expected: divide with //"
        )
    return f"the values are equal, but expected {KINDS[want_kind]}, got {KINDS[have_kind]}"


def _text(got, expected) -> str:
    if not isinstance(got, type(expected)):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    return "" if got == expected else f"yours is {got!r}, expected {expected!r}"


def _sequence(got, expected, rtol, atol) -> str:
    if not isinstance(got, (list, tuple)):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if len(got) != len(expected):
        return f"expected {len(expected)} items, got {len(got)}"
    for index, (mine, theirs) in enumerate(zip(got, expected)):
        if words := difference(mine, theirs, rtol=rtol, atol=atol):
            return f"item {index}: {words}"
    return ""


def _dictionary(got, expected, rtol, atol) -> str:
    if not isinstance(got, dict):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if set(got) != set(expected):
        return f"expected the keys {sorted(map(str, expected))}, got {sorted(map(str, got))}"
    for key in expected:
        if words := difference(got[key], expected[key], rtol=rtol, atol=atol):
            return f"{key!r}: {words}"
    return ""


def _is_number(value) -> bool:
    return isinstance(value, (numbers.Number, np.generic)) and not isinstance(value, (np.str_, np.bytes_))


def _is_array(value) -> bool:
    return (isinstance(value, np.ndarray) or hasattr(value, "detach")) and hasattr(value, "shape")


def _is_numeric(sequence) -> bool:
    """True for a flat or nested list of plain numbers; False for one that mixes in text, arrays or dictionaries."""
    return (
        bool(sequence)
        and all(
            _is_number(item) or (isinstance(item, (list, tuple)) and _is_numeric(item)) for item in sequence
        )
        and len({np.shape(item) if not _ragged(item) else None for item in sequence}) == 1
        and not _ragged(sequence)
    )


def _ragged(item) -> bool:
    try:
        return np.asarray(item).dtype.kind == "O"
    except ValueError:
        return True


def _plain(value) -> np.ndarray:
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.resolve_conj().resolve_neg() if hasattr(value, "resolve_conj") else value
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
        return value.numpy()
    if isinstance(value, (list, tuple)):
        value = [_plain(item).tolist() if hasattr(item, "detach") else item for item in value]
    return np.asarray(value)


def _place(mask) -> tuple:
    return tuple(int(index) for index in np.argwhere(mask)[0])


def _at(where) -> str:
    return f" at [{', '.join(map(str, where))}]" if where else ""


def _say(value) -> str:
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)
