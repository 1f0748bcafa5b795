"""Facts that are found again in FHIR's example dosages, when only their text is read.

    python benchmarks/hl7_dosages.py dosages.jsonl

The file has a JSON object a line, with a Dosage of R4 or R5 in `dosage`. The examples hold errors of their own, so each
disagreement is printed, to be judged by a person.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from rx2fhir import Parser
from rx2fhir.bulk.sig import Sigs
from rx2fhir.fhir.differences import said


def main(path: str) -> None:
    """Print the disagreements, then the figures."""
    dosages = [json.loads(line)["dosage"] for line in Path(path).read_text(encoding="utf-8").splitlines()]
    worded = [dosage for dosage in dosages if dosage.get("text", "").strip()]
    counts = Counter(dosages=len(dosages), with_text=len(worded))
    for dosage, sig in zip(worded, Sigs(Parser(), "en").read(one["text"] for one in worded), strict=True):
        found = sig.differences(dosage)
        counts["facts"] += len(said(dosage))
        counts["read"] += bool(sig.spans)
        counts["clear"] += sig.doubt is None
        counts.update(one.kind for one in found)
        counts["structure-only"] += 0 if sig.spans else len(said(dosage))
        for one in found:
            if one.kind == "disagree":
                print(f"{dosage['text']!r}: {one.element}: text {one.text!r}, structure {one.structure!r}")
    counts["agree"] = counts["facts"] - sum(counts[kind] for kind in ("disagree", "not-comparable", "structure-only"))
    print(dict(counts))


if __name__ == "__main__":
    main(sys.argv[1])
