"""`python -m retail VERB < case.json`: ask the rules of trade a question, get the answer as JSON.

`python -m retail schema VERB` prints the JSON Schema of the verb's case. The verbs, with an example of each,
are in docs/json-door.md. Exit code 0 with the answer, 1 with `{"error": {"code", "sentence"}}` for a case
that is refused, 2 for an unknown verb.
"""

from __future__ import annotations

import sys

import msgspec

from retail.door.answering import VERBS, answer, schema


def main(arguments: list[str]) -> int:
    """Answer one case from standard input to standard output; return the exit code."""
    if len(arguments) == 2 and arguments[0] == "schema":
        code, text = schema(arguments[1])
    elif len(arguments) == 1:
        code, text = answer(arguments[0], sys.stdin.buffer.read() if arguments[0] in VERBS else b"")
    else:
        print(__doc__, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(msgspec.json.format(text, indent=2) + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
