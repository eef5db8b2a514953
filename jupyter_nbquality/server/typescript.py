"""Writes the front end's generated files: the types on the wire and the shapes of secrets.

``python -m jupyter_nbquality.server.typescript`` writes the files, with ``--check`` it only tells
whether they are up to date. Works in a source tree whose front-end packages are installed.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

from jupyter_nbquality import secrets
from jupyter_nbquality.server.schema import definitions
from jupyter_nbquality.server.wire import API_VERSION

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "schema-to-typescript.mjs"
TYPES = ROOT / "src" / "api" / "types.ts"
SECRET_SHAPES = ROOT / "src" / "api" / "secretShapes.ts"

TYPES_HEADER = """\
/**
 * The types on the wire. Generated from the server's: do not edit, run
 * `python -m jupyter_nbquality.server.typescript`.
 */"""

SECRET_SHAPES_MODULE = """\
/**
 * How secrets look, for looking through outputs. Generated from the server's: do not edit, run
 * `python -m jupyter_nbquality.server.typescript`.
 */

/**
 * How one kind of secret looks.
 */
export type SecretShape = {
  name: string;
  /** Group 1 is what stands before the secret, group 2 is the secret. */
  pattern: string;
  /** In lower case; a text that holds none of them, in any case, cannot match. */
  needles: readonly string[];
  ignore_case: boolean;
  certainty: %(certainties)s;
};

export const SECRET_SHAPES: readonly SecretShape[] = %(shapes)s;

/**
 * Looked for anywhere in a secret, capitals or not: such a value is an example, whatever its shape.
 */
export const EXAMPLE_PATTERN = %(example)s;

/**
 * Looked for from the first character to the last, capitals or not, where only the name gives a
 * secret away.
 */
export const PLACEHOLDER_PATTERN = %(placeholder)s;
"""


class GenerationError(Exception):
    """The files cannot be made; the message says what is missing."""


def generate() -> dict[Path, str]:
    """Makes the generated files.

    Returns:
        Their text by path.

    Raises:
        GenerationError: Node or the packages of the front end are missing.
    """
    if not (ROOT / "node_modules" / "json-schema-to-typescript").is_dir():
        raise GenerationError(
            "The packages of the front end are not installed: run `jlpm install` first."
        )
    return {TYPES: types_module(), SECRET_SHAPES: secret_shapes_module()}


def types_module() -> str:
    """Makes the text of ``src/api/types.ts``."""
    schema = {
        "$comment": TYPES_HEADER,
        "$defs": definitions(),
        "type": "object",
        "additionalProperties": False,
    }
    version = (
        "\n/**\n * The version of the interface that these types belong to.\n */\n"
        f"export const API_VERSION = {API_VERSION};\n"
    )
    return _node([str(SCRIPT), str(TYPES)], json.dumps(schema)) + version


def secret_shapes_module() -> str:
    """Makes the text of ``src/api/secretShapes.ts``."""
    module = SECRET_SHAPES_MODULE % {
        "certainties": " | ".join(map(json.dumps, get_args(secrets.Certainty))),
        # What finding needs; how secrets are named and masked is the server's business.
        "shapes": json.dumps(
            [
                {
                    "name": shape.name,
                    "pattern": shape.pattern,
                    "needles": shape.needles,
                    "ignore_case": shape.ignore_case,
                    "certainty": shape.certainty,
                }
                for shape in secrets.SHAPES
            ]
        ),
        "example": json.dumps(secrets.EXAMPLE_PATTERN),
        "placeholder": json.dumps(secrets.PLACEHOLDER_PATTERN),
    }
    prettier = ROOT / "node_modules" / "prettier" / "bin" / "prettier.cjs"
    return _node([str(prettier), "--stdin-filepath", str(SECRET_SHAPES)], module)


def _node(arguments: list[str], text: str) -> str:
    """Runs a script of Node on a text and gives what it prints."""
    try:
        run = subprocess.run(
            ["node", *arguments],
            input=text,
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            check=False,
        )
    except FileNotFoundError:
        raise GenerationError("`node` was not found: install Node.js 20 or newer.") from None
    if run.returncode:
        raise GenerationError(f"{Path(arguments[0]).name} failed:\n{run.stderr[-2000:]}")
    return run.stdout


def out_of_date(files: dict[Path, str]) -> list[Path]:
    """Lists the files that differ from what is on disk."""
    return [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Writes or checks the files.

    Args:
        arguments: Of the command line.

    Returns:
        0 when they are up to date (now), 1 when not, 2 when they could not be made.
    """
    try:
        files = generate()
    except GenerationError as error:
        print(error, file=sys.stderr)
        return 2
    changed = out_of_date(files)
    for path in changed:
        name = path.relative_to(ROOT).as_posix()
        if "--check" in arguments:
            print(
                f"{name} is out of date: run `python -m jupyter_nbquality.server.typescript`.",
                file=sys.stderr,
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], "utf-8", newline="\n")
            print(f"Wrote {name}.")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
