"""Where a C++ file can be changed for the worse in one small way, and what it then says.

It reads text, line by line, and no C++: what it makes need not compile, and that is counted apart.
"""

import re
from dataclasses import dataclass

KINDS = ("comparison", "logic", "constant", "branch", "statement")
COMPARISONS = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "=="}
LOGIC = {"&&": "||", "||": "&&"}
# No statement by itself, or without it nothing compiles; a message is no behaviour.
NOT_DROPPED = re.compile(
    r"\s*(return\b|using\b|const\b|constexpr\b|static\b|break\b|continue\b|throw\b|case\b|default\b"
    r"|else\b|public:|private:|friend\b|template\b|typename\b|struct\b|class\b|namespace\b|auto\b"
    r"|std::[\w:<>, ]+ \w+[;{(]|[\w:<>]+[&*]? \w+(;| = |\{))"
)


@dataclass(frozen=True)
class Mutation:
    file: str
    line: int  # from 1
    kind: str
    before: str
    after: str

    def diff(self):
        return (f"--- {self.file}:{self.line} ({self.kind})\n-{self.before}\n+{self.after}\n")


def blanked(line):
    """The line with strings, characters and comments blanked out, as long as before."""
    def blank(match):
        return " " * len(match.group())
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', blank, line)
    return re.sub(r"//.*", blank, line)


def closing(code, at):
    """Where the parenthesis that opens at `at` closes; None: on another line."""
    depth = 0
    for index in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[index], 0)
        if depth == 0:
            return index
    return None


def replaced(line, start, end, by):
    return line[:start] + by + line[end:]


def in_line(line, code, begins_statement):
    """(kind, the line as it would be) of each change to one line."""
    for match in re.finditer(r" (<=|>=|<|>|==|!=) ", code):
        yield "comparison", replaced(line, *match.span(1), COMPARISONS[match.group(1)])
    for match in re.finditer(r" (&&|\|\|)( |$)", code):
        yield "logic", replaced(line, *match.span(1), LOGIC[match.group(1)])
    for match in re.finditer(r"(?<![\w.'])\d+(?![\w.'])", code):
        yield "constant", replaced(line, *match.span(), str(int(match.group()) + 1))
    for match in re.finditer(r"\bif \(", code):
        end = closing(code, match.end() - 1)
        # One that declares can't be turned round.
        if end is None or ";" in code[match.end():end] or code.startswith("const ", match.end()):
            continue
        inside = line[match.end():end]
        yield "branch", replaced(line, match.end(), end, f"!({inside})")
    whole = begins_statement and code.rstrip().endswith(";") and code.count("(") == code.count(")")
    if whole and "}" not in code and not NOT_DROPPED.match(code):
        indent = len(line) - len(line.lstrip())
        yield "statement", line[:indent] + ";"


def mutations_of(file, text):
    """All of one file, in order. Left out is what only the build `planted` runs, and assertions: one
    that asks for less can't be noticed in a program that keeps it."""
    found = []
    begins_statement = False
    left_out = False
    # Of a block that only a planted bug runs: how many braces deep it is.
    depth = 0
    inside_text = False
    for number, line in enumerate(text.split("\n"), 1):
        code = blanked(line)
        # A condition that a planted bug stands in may go on over several lines.
        left_out = left_out or "planted(" in code or "LEASEHOLD_ASSERT(" in code
        if depth or (re.match(r"\s*if \(planted\(", code) and "||" not in code):
            depth += code.count("{") - code.count("}")
        inside_text = ('R"' in line or inside_text) and not re.match(r'\)\w*"', line)
        skipped = left_out or depth or inside_text or code.lstrip().startswith(("#", "namespace", "static_assert"))
        if not skipped and code.strip():
            for kind, after in in_line(line, code, begins_statement):
                found.append(Mutation(file, number, kind, line, after))
        if code.strip():
            begins_statement = code.rstrip().endswith((";", "{", "}", ":"))
            if begins_statement:
                left_out = False
    return found
