"""Random events: JSON lines whose members mostly are of the kind that their names promise."""

import json

NAMES = ["a", "b", "c", "s", "t", "tags", "o", "price", "a b", "é", "", "nul"]
PLAIN_NAMES = ["a", "b", "c", "s", "t", "tags", "o", "price", "n", "ok", "items", "ts", "at", "csv"]
STRINGS = ["", "a", "b", "ab", "abc", "foo", "foobar", "Foo", "é", "éa", "日本", "😀", "a b", "x\ny", 'q"q', "back\\slash",
           "tab\t", "\x7f", "0", "10", "null", "aé😀", "foo.bar", "ORDER-12", "2001/01/05", "a,b,c", "it's", "<b>&", "k=v",
           "web1", "error", "1.5", "[1]", "Ünï", "a-b-c", "  pad "]
NUMBERS = ["0", "-0", "1", "-1", "2", "3", "10", "100", "99.5", "100.5", "1e2", "1E+2", "0.1", "0.10", "1.0", "-1.5",
           "9007199254740991", "-9007199254740991", "123456789012", "3.14159265358979", "0.30000000000000004", "42", "7", "-7", "2.5"]
EXTREME_NUMBERS = ["1e-7", "1.5e300", "5e-324", "1e-400", "1e17"]
SMALL_INTEGERS = ["0", "1", "2", "3", "4", "5", "-1", "-2"]
TIMES = ["0", "1425599621", "1700000000", "951782400", "-86400", "1517966773.84", "1234567890"]
ISO_TIMES = ["2015-03-05T23:51:47Z", "1970-01-01T00:00:00Z", "2000-02-29T12:00:00Z", "2024-12-31T23:59:59Z", "1999-06-15T08:05:09Z"]


class Lines:
    def __init__(self, random):
        self.random = random

    def pick(self, items):
        return self.random.choice(items)

    def line(self):
        if self.random.random() < 0.03:
            return self.value()
        space = self.pick(["", "", " "])
        members = [json.dumps(name) + ":" + space + self.member_value(name) for name in PLAIN_NAMES if self.random.random() < 0.9]
        if self.random.random() < 0.3:
            members.append(self.name_text() + ":" + self.value(1))
        self.random.shuffle(members)
        return "{" + ("," + space).join(members) + "}"

    def member_value(self, name):
        if self.random.random() < 0.08:
            return self.value(1)
        if name in ("s", "t", "csv"):
            return self.string_text()
        if name == "tags":
            return self.array(self.string_text, 5)
        if name == "items":
            return self.array(self.item, 4)
        if name in ("o", "c"):
            return self.object(1)
        if name == "price":
            return self.number()
        if name == "n":
            return self.pick(SMALL_INTEGERS)
        if name == "ok":
            return self.pick(["true", "false", "true", "false", "null"])
        if name == "ts":
            return self.pick(TIMES)
        if name == "at":
            return json.dumps(self.pick(ISO_TIMES))
        return self.value(1)

    def item(self):
        members = ['"id":' + self.pick(SMALL_INTEGERS), '"n":' + self.number(), '"name":' + self.string_text(),
                   '"ok":' + self.pick(["true", "false"]), '"tags":' + self.array(self.string_text, 3)]
        return "{" + ",".join(member for member in members if self.random.random() < 0.93) + "}"

    def array(self, element, size):
        space = self.pick(["", "", " "])
        return "[" + ("," + space).join(element() for _ in range(self.random.randrange(size))) + space + "]"

    def number(self):
        return self.pick(EXTREME_NUMBERS if self.random.random() < 0.01 else NUMBERS)

    def string_text(self):
        text = json.dumps(self.pick(STRINGS), ensure_ascii=self.random.random() < 0.2)
        if self.random.random() < 0.05:
            text = text.replace("a", "\\u0061").replace("o", "\\u006F")
        return text

    def name_text(self):
        name = self.pick(NAMES if self.random.random() < 0.3 else PLAIN_NAMES)
        if name.startswith(("a", "s")) and self.random.random() < 0.05:
            return '"\\u%04x' % ord(name[0]) + name[1:] + '"'
        return json.dumps(name, ensure_ascii=self.random.random() < 0.1)

    def value(self, depth=0):
        kind = self.random.random()
        if depth > 3 or kind < 0.3:
            return self.number()
        if kind < 0.55:
            return self.string_text()
        if kind < 0.7:
            return self.pick(["null", "true", "false"])
        if kind < 0.85:
            return self.array(lambda: self.value(depth + 1), 4)
        return self.object(depth)

    def object(self, depth=0):
        space = self.pick(["", "", "", " ", "  ", "\t"])
        members = (self.name_text() + space + ":" + space + self.value(depth + 1) for _ in range(self.random.randrange(6)))
        return "{" + space + ("," + space).join(members) + "}"
