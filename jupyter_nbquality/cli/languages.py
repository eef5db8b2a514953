"""What is said of notebooks that are not Python; the panel says as much in `panel/states.tsx`."""

_NAMES = {
    "c++": "C++",
    "cpp": "C++",
    "c#": "C#",
    "csharp": "C#",
    "fsharp": "F#",
    "idl": "IDL",
    "javascript": "JavaScript",
    "matlab": "MATLAB",
    "ocaml": "OCaml",
    "php": "PHP",
    "powershell": "PowerShell",
    "pyspark": "PySpark",
    "sas": "SAS",
    "sos": "SoS",
    "sql": "SQL",
    "typescript": "TypeScript",
}
"""Names that are not the id with a capital letter."""


def not_analysed(language: str) -> str:
    """Says in one sentence that the code of a notebook is not looked at.

    Args:
        language: Its language as kernels tell it, in lower case.
    """
    name = _NAMES.get(language, language[:1].upper() + language[1:])
    return (
        f"This notebook is written in {name}, which is not analysed; "
        "only rules for notebooks of any language spoke."
    )
