"""Which distribution an imported name comes from, as far as names alone can tell."""

import functools
import re
import sys
from importlib.machinery import PathFinder

# Import names whose distribution is called otherwise, beyond a change of `_` to `-`.
_DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "Bio": ("biopython",),
    "Crypto": ("pycryptodome",),
    "MySQLdb": ("mysqlclient",),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow",),
    "PyPDF2": ("pypdf2",),
    "attr": ("attrs",),
    "boto": ("boto",),
    "bs4": ("beautifulsoup4",),
    "cairosvg": ("cairosvg",),
    "cupy": ("cupy", "cupy-cuda11x", "cupy-cuda12x"),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "graphviz": ("graphviz", "python-graphviz"),
    "imblearn": ("imbalanced-learn",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "kafka": ("kafka-python", "kafka-python-ng"),
    "lightning_fabric": ("lightning",),
    "magic": ("python-magic",),
    "matplotlib": ("matplotlib", "matplotlib-base"),
    "mpl_toolkits": ("matplotlib", "matplotlib-base"),
    "mx": ("egenix-mx-base",),
    "nacl": ("pynacl",),
    "networkx": ("networkx",),
    "pkg_resources": ("setuptools",),
    "pptx": ("python-pptx",),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "pydot": ("pydot", "pydotplus"),
    "pylab": ("matplotlib", "matplotlib-base"),
    "pythoncom": ("pywin32",),
    "ruamel": ("ruamel-yaml",),
    "serial": ("pyserial",),
    "shapefile": ("pyshp",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn", "sklearn"),
    "skopt": ("scikit-optimize",),
    "slugify": ("python-slugify",),
    "socks": ("pysocks",),
    "sksurv": ("scikit-survival",),
    "talib": ("ta-lib",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos"),
    "torch": ("torch", "pytorch"),
    "umap": ("umap-learn",),
    "usb": ("pyusb",),
    "websocket": ("websocket-client",),
    "win32api": ("pywin32",),
    "wx": ("wxpython",),
    "xgboost": ("xgboost", "py-xgboost", "xgboost-cpu"),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}

# What stands in every kernel, or comes with the service that runs it, is nobody's to declare.
_ALWAYS_THERE = frozenset(
    {"IPython", "ipykernel", "pip", "setuptools", "pkg_resources", "jupyter_client"}
)

_SEPARATORS = re.compile(r"[-_.]+")


def normalised(distribution: str) -> str:
    """Spells a distribution's name as PEP 503 has it, for comparison."""
    return _SEPARATORS.sub("-", distribution).lower()


def is_given(name: str) -> bool:
    """Tells whether a top-level import name is there without installing anything."""
    return name in sys.stdlib_module_names or name in _ALWAYS_THERE or name == "__future__"


def candidates(name: str) -> tuple[str, ...]:
    """Gives the normalised distribution names that may provide a top-level import name."""
    return _DISTRIBUTIONS.get(name, ()) or (normalised(name),)


@functools.cache
def installed(name: str) -> str | None:
    """Gives the distribution installed beside this program that provides an import name.

    That environment may not be the kernel's, so the answer is a hint.

    Returns:
        Its normalised name; ``None`` when none is installed here.
    """
    for candidate in candidates(name):
        if version(candidate) is not None:
            return candidate
    try:
        if PathFinder.find_spec(name) is None:
            return None
    except (ImportError, ValueError, OSError):
        return None
    provided = _by_import_name().get(name)
    return normalised(provided[0]) if provided else None


@functools.cache
def version(distribution: str) -> str | None:
    """Gives the version of a distribution installed beside this program, if it is."""
    # Imported here, for most runs need it not.
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except (metadata.PackageNotFoundError, ValueError, OSError):
        return None


@functools.cache
def _by_import_name() -> dict[str, list[str]]:
    # Reads the file list of every distribution, which takes a moment: only for names that no
    # candidate explains, and once.
    from importlib import metadata

    return dict(metadata.packages_distributions())
