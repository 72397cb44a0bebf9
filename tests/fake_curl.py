"""Stands in for `curl` in tests of the GitLab jobs: keeps the notes of one merge request in a JSON file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

API = "https://gitlab.example.org/api/v4"
NOTES = f"{API}/projects/3/merge_requests/7/notes"
ME = 5


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--request")
    parser.add_argument("--header")
    parser.add_argument("--data-urlencode", default="")
    for flag in ("--silent", "--show-error", "--fail"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args()
    assert given.header == "PRIVATE-TOKEN: secret"
    place = Path(os.environ["FAKE_GH"])
    notes = json.loads(place.read_text())
    if given.request == "GET":
        if given.address == f"{API}/user":
            print(json.dumps({"id": ME}))
        else:
            assert given.address.startswith(f"{NOTES}?per_page=100&page="), given.address
            print(json.dumps(notes if given.address.endswith("=1") else []))
        return 0
    body = given.data_urlencode.removeprefix("body=")
    if given.request == "POST":
        assert given.address == NOTES
        notes.append({"id": len(notes) + 1, "body": body, "author": {"id": ME}})
    else:
        number = int(given.address.removeprefix(f"{NOTES}/"))
        next(note for note in notes if note["id"] == number)["body"] = body
    place.write_text(json.dumps(notes))
    with place.with_name("requests.txt").open("a") as log:
        log.write(f"{given.request}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
