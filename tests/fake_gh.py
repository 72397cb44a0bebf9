"""Stands in for `gh api` in tests of action.yml: keeps the comments of one pull request in a JSON file.

    fake_gh.py api [--paginate] [--silent] ADDRESS [--method M] [--jq FILTER] [--raw-field body=TEXT]

It writes each request that changes something into `requests.txt` beside the comments, and runs filters with `jq`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["api"])
    parser.add_argument("address")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--jq")
    parser.add_argument("--raw-field", default="")
    for flag in ("--paginate", "--silent"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args()
    if os.environ["GH_TOKEN"] != "secret":
        print("gh: Resource not accessible by integration (HTTP 403)", file=sys.stderr)
        return 1
    place = Path(os.environ["FAKE_GH"])
    comments = json.loads(place.read_text())
    if given.method == "GET":
        assert given.address == "repos/team/design/issues/7/comments?per_page=100", given.address
        return subprocess.run(["jq", "--raw-output", given.jq], input=json.dumps(comments), text=True).returncode
    body = given.raw_field.removeprefix("body=")
    if given.method == "POST":
        assert given.address == "repos/team/design/issues/7/comments", given.address
        comments.append({"id": len(comments) + 1, "body": body, "user": {"type": "Bot"}})
    else:
        number = int(given.address.removeprefix("repos/team/design/issues/comments/"))
        next(entry for entry in comments if entry["id"] == number)["body"] = body
    place.write_text(json.dumps(comments))
    with place.with_name("requests.txt").open("a") as log:
        log.write(f"{given.method}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
