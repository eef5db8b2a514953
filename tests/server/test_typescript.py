import pytest

from jupyter_nbquality.server import typescript
from jupyter_nbquality.server.schema import definitions


def test_generated_files_are_up_to_date():
    try:
        files = typescript.generate()
    except typescript.GenerationError as error:
        pytest.fail(str(error))
    stale = [path.name for path in typescript.out_of_date(files)]
    assert not stale, "run `python -m jupyter_nbquality.server.typescript`"


def test_no_type_stands_twice():
    """The compiler numbers a type that it meets in two forms."""
    types = typescript.TYPES.read_text("utf-8")
    for name in definitions():
        assert (
            types.count(f"\nexport interface {name} ") + types.count(f"\nexport type {name} ") == 1
        )
        assert f" {name}1 " not in types


def test_replies_are_sound():
    """In a reply every field is required, nothing unknown is allowed, and no list is a tuple."""
    schemas = definitions()
    replies = ["ServerInfo", "Inspection", "PlanReply", "Refusal", "RuleInfo", "RulePage"]
    replies += ["ApplyReply", "ErrorReply"]
    for name in sorted(_reachable(replies, schemas)):
        schema = schemas[name]
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name
            assert set(schema["required"]) == set(schema["properties"]), name
        assert "prefixItems" not in str(schema), name


def test_check_fails_when_a_file_is_out_of_date(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(typescript, "TYPES", tmp_path / "types.ts")
    monkeypatch.setattr(typescript, "ROOT", tmp_path)
    monkeypatch.setattr(typescript, "generate", lambda: {tmp_path / "types.ts": "new\n"})
    assert typescript.main(["--check"]) == 1
    assert "types.ts is out of date" in capsys.readouterr().err
    assert not (tmp_path / "types.ts").exists()
    assert typescript.main([]) == 0
    assert typescript.main(["--check"]) == 0


def test_missing_packages_are_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(typescript, "ROOT", tmp_path)
    assert typescript.main([]) == 2
    assert "jlpm install" in capsys.readouterr().err


def _reachable(names, schemas):
    seen, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            text = str(schemas[name])
            waiting += [other for other in schemas if f"#/$defs/{other}'" in text]
    return seen
