"""YAML that an instance writes for itself, read with its line numbers, so that a wrong entry is named by file, line and key."""

from __future__ import annotations

from pathlib import Path

import yaml

from casefiles.law.shapes import LawError

Entries = dict[str, tuple[yaml.Node, yaml.Node]]  # key -> (node of the key, node of the value)


def wrong(path: Path, node: yaml.Node, why: str) -> LawError:
    """The error that says where in the file something is wrong."""
    return LawError(f"{path}, line {node.start_mark.line + 1}: {why}")


def compose(path: Path) -> yaml.Node | None:
    """The file as nodes; None when it is empty. LawError when it is no text or no YAML."""
    try:
        return yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise LawError(f"{path}: not UTF-8 text ({error.reason})") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise LawError(f"{path}{line}: not readable as YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise LawError(f"{path}: not readable as YAML: {error}") from error


def entries(path: Path, node: yaml.Node) -> Entries:
    """The keys of a mapping, each with its node and that of its value."""
    if not isinstance(node, yaml.MappingNode):
        raise wrong(path, node, "a mapping (key: value) was expected here")
    return {str(key.value): (key, value) for key, value in node.value}
