#!/usr/bin/env python3
# Every text that the library or its command may show to a person stands in lib/tests/messages.txt, where
# it can be read in one go: what was tried, on what, what came back, what to do. A text that is not on the
# list, or is there and in no source any more, fails this check.
# Usage: messages.py ROOT [--rewrite]; --rewrite makes the list anew, to be read in the diff.
#
# What is listed: of each statement of the sources its string literals, put together, with "…" for what
# stands between them. Not listed: literals without a space (names, formats), SQL, the help of options
# (the manual page shows it), and what is written for programs or by the conformance kit.
import difflib
import pathlib
import re
import sys

TOKEN = re.compile(
    r'(?P<skip>//[^\n]*|/\*.*?\*/|\s+|^[ \t]*\#[^\n]*)'
    r'|R"(?P<end>\w*)\((?P<raw>.*?)\)(?P=end)"'
    r'|"(?P<text>(?:\\.|[^"\\\n])*)"'
    r"|'(?:\\.|[^'\\])+'"
    r'|(?P<stop>[;{}])|(?P<word>[A-Za-z_]\w*|\d[\w\']*|.)', re.S | re.M)
HELP = {'add_option', 'add_option_function', 'add_flag', 'add_flag_callback', 'add_subcommand', 'footer',
        'add_length_option', 'static_assert'}
SQL = re.compile(r'\s*(SELECT|INSERT|UPDATE|CREATE|PRAGMA|BEGIN|COMMIT|ROLLBACK)\b')
FOR_PROGRAMS = {'bash_completion.cc', 'json_text.cc', 'manual_page.cc'}


def statements(source):
    """Yields (words, texts): its words, and its literals with "…" where something stands between."""
    words, texts, apart = set(), [], False
    for token in TOKEN.finditer(source):
        if token['skip'] is not None:
            continue
        if token['stop']:
            yield words, texts
            words, texts, apart = set(), [], False
        elif token['text'] is not None:
            if texts and apart:
                texts.append('…')
            texts.append(token['text'].replace('\\"', '"'))
            apart = False
        else:
            words.add(token['word'])
            apart = True
    yield words, texts


def messages(root):
    found = []
    for path in sorted((root / 'lib').rglob('*')):
        name = path.relative_to(root).as_posix()
        if not re.match(r'lib/(src/(?!conformance/)|cli/|include/).*\.(h|cc)$', name) or path.name in FOR_PROGRAMS:
            continue
        for words, texts in statements(path.read_text(encoding='utf-8')):
            text = ''.join(texts)
            prose = re.sub(r'%[-*0-9]*(ll)?[sdu]|\\n', '', text)
            if ' ' in text and re.search('[A-Za-z]{2}', prose) and not words & HELP and not SQL.match(text):
                found.append(f'{name}: {text}'.rstrip())
    return found


def main(root, *options):
    root = pathlib.Path(root)
    listed_in = root / 'lib/tests/messages.txt'
    found = messages(root)
    if options == ('--rewrite',):
        listed_in.write_text('\n'.join(found) + '\n', encoding='utf-8')
        return 0
    listed = listed_in.read_text(encoding='utf-8').splitlines() if listed_in.exists() else []
    difference = list(difflib.unified_diff(listed, found, str(listed_in), 'the sources', n=0, lineterm=''))
    for line in difference:
        print(line, file=sys.stderr)
    if difference:
        print('Does each new text say what was tried, on what, what came back and what to do? Then run\n'
              f'{sys.argv[0]} {root} --rewrite', file=sys.stderr)
    print(f'{len(found)} texts checked')
    return 1 if difference or not found else 0


sys.exit(main(*sys.argv[1:]))
