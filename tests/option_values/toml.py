"""Values as a spec says them."""

from __future__ import annotations

import datetime
import json
import math
from typing import Any


def said(value: Any) -> str:
    """TOML's text of a value.  Raises TypeError where there is none."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            # Python writes no longer ones in tens, and TOML reads them by sixteens.
            return hex(value) if abs(value) > 10**4000 else str(value)
        case float():
            return repr(value) if math.isfinite(value) else str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return f"[{', '.join(map(said, value))}]"
        case dict():
            return "{ " + ", ".join(f"{said(k)} = {said(v)}" for k, v in value.items()) + " }"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


def text(spec: dict[str, Any]) -> str:
    """A spec as a file."""
    plain = [f"{key} = {said(v)}\n" for key, v in spec.items() if not isinstance(v, dict)
             and key != "layers"]
    tables = [f"[[layers]]\n{_lines(layer)}" for layer in spec.get("layers", ())]
    tables += [f"[{key}]\n{_lines(v)}" for key, v in spec.items() if isinstance(v, dict)]
    return "".join([*plain, *tables])


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {said(value)}\n" for key, value in table.items())
