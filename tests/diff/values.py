"""When two JSON texts say the same."""

import json
import re
import sys

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# A value shown in a message, cut after 11 bytes: number (1.2345678...)
SHOWN = re.compile(r"\b(number|string|array|object) \((.{0,14}?)\)(?= |$)", re.S)


class Members(list):
    """An object as its members in order, so that order counts."""


def number(text):
    value = float(text)
    return min(max(value, -sys.float_info.max), sys.float_info.max)


def decoded(text):
    """Numbers as doubles, as jq 1.6 knows no others; infinities as the largest, as it prints them."""
    return json.loads(text, parse_int=number, parse_float=number, object_pairs_hook=Members)


def same_value(ours, theirs):
    return ours == theirs or decoded(ours) == decoded(theirs)


def numbers_normalized(value):
    """Numbers inside strings in one form: jq 1.6 prints some of them otherwise than we do."""
    if isinstance(value, str):
        return NUMBER.sub(lambda match: repr(number(match.group())), value)
    if isinstance(value, Members):
        return Members((numbers_normalized(name), numbers_normalized(member)) for name, member in value)
    if isinstance(value, (list, tuple)):
        return type(value)(numbers_normalized(element) for element in value)
    return value


def same_but_for_number_form(ours, theirs):
    return numbers_normalized(decoded(ours)) == numbers_normalized(decoded(theirs))
