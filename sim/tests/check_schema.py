"""Checks scenarios/schema.json with a real validator.

usage: check_schema.py SCENARIO_FOLDER BAD_FOLDER

The schema itself must be valid, every scenario must pass it, and every file of the bad folder must be
refused by it (the C++ tests see that the reader refuses the same files).
"""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("python3-jsonschema is not installed: ./dev installs it; nothing was checked")


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    scenarios, bad = (pathlib.Path(folder) for folder in sys.argv[1:3])
    schema = json.loads((scenarios / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good_files = [f for f in sorted(scenarios.rglob("*.json")) if f.name != "schema.json"]
    bad_files = sorted(bad.glob("*.json"))
    if not good_files or not bad_files:
        sys.exit(f"nothing to check: {len(good_files)} scenarios, {len(bad_files)} bad files")
    failures = 0
    for file in good_files:
        for error in validator.iter_errors(json.loads(file.read_text(encoding="utf-8"))):
            failures += 1
            print(f"{file}: {error.json_path}: {error.message}")
    for file in bad_files:
        if validator.is_valid(json.loads(file.read_text(encoding="utf-8"))):
            failures += 1
            print(f"{file}: the schema accepts what it should refuse")
    print(f"{len(good_files)} scenarios pass the schema, {len(bad_files)} bad files are refused, "
          f"{failures} failures")
    return 1 if failures else 0


sys.exit(main())
