"""When two JSON texts say the same."""

import base64
import binascii
import json
import re
import sys

# Long enough to hold a number that has two forms.
BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
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


def decoded_text(match):
    try:
        return base64.b64decode(match.group()).decode()
    except (binascii.Error, UnicodeDecodeError):
        return match.group()


def numbers_normalized(value):
    """Numbers inside strings in one form, also where those are encoded: jq 1.6 prints some of them otherwise than we do."""
    if isinstance(value, str):
        value = BASE64.sub(decoded_text, value)
        return NUMBER.sub(lambda match: repr(number(match.group())), value)
    if isinstance(value, Members):
        return Members((numbers_normalized(name), numbers_normalized(member)) for name, member in value)
    if isinstance(value, (list, tuple)):
        return type(value)(numbers_normalized(element) for element in value)
    return value


def same_but_for_number_form(ours, theirs):
    return numbers_normalized(decoded(ours)) == numbers_normalized(decoded(theirs))
