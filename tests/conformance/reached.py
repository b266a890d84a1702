"""How many operations of a document a run of Schemathesis got to do what they are for.

    reached.py OPENAPI HAR

An operation that only ever refused was tested at its door alone; those are named, with how often they
gave which status.
"""

import collections
import json
import re
import sys


def operations(document):
    """Method, pattern and path of each, those with the fewest names in the path first."""
    found = []
    for path, entries in document["paths"].items():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))
        for method in entries:
            found.append((method.upper(), re.compile(f"{pattern}$"), path))
    return sorted(found, key=lambda it: it[2].count("{"))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        known = operations(json.load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        entries = json.load(file)["log"]["entries"]
    told = collections.defaultdict(collections.Counter)
    for entry in entries:
        asked = entry["request"]
        path = re.sub(r"^https?://[^/]+", "", asked["url"]).split("?")[0]
        for method, pattern, name in known:
            if method == asked["method"] and pattern.match(path):
                told[f"{method} {name}"][entry["response"]["status"]] += 1
                break
    refused = {
        name: counts for name, counts in told.items()
        if not any(200 <= status < 300 for status in counts)
    }
    print(f"{len(told) - len(refused)} of {len(told)} operations did what they are for.")
    for name, counts in sorted(refused.items()):
        statuses = ", ".join(f"{status} {times} times" for status, times in sorted(counts.items()))
        print(f"  only refused: {name} ({statuses})")


if __name__ == "__main__":
    main()
