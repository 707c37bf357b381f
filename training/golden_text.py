"""References for the line of a report, by sacrebleu and rouge-score: golden_text.py OUT_DIR writes text.json. Needs both packages."""
import json
import os
import random
import re
import sys

import sacrebleu
from rouge_score import rouge_scorer

WORDS = ("sinusrhythmus lagetyp normal linkstyp unspezifisches abnormes t qrs(t) abnorm inferiorer infarkt alter unbest. vorhofflimmern/-flattern "
         "sinus rhythm. otherwise normal ecg. a-v block i 4.46 unbestätigter bericht mässige amplitudenkriterien für linkshypertrophie").split()


def tokens(text: str) -> list[str]:
    """As src/evaluate/report/text.ts: lower case, words and numbers, every other sign alone."""
    return re.findall(r"[^\W_]+|[^\w\s]|_", text.lower())


class Tokenizer:
    def tokenize(self, text: str) -> list[str]:
        return tokens(text)


def pairs(rng: random.Random, count: int) -> list[dict]:
    out = []
    for _ in range(count):
        written = [rng.choice(WORDS) for _ in range(rng.randint(4, 20))]
        made = [word if rng.random() < 0.7 else rng.choice(WORDS) for word in written if rng.random() < 0.9] or ["t"]
        out.append({"made": " ".join(made), "written": " ".join(written).upper() if rng.random() < 0.1 else " ".join(written)})
    return out


def figures(of: list[dict]) -> dict:
    made, written = ([" ".join(tokens(pair[key])) for pair in of] for key in ("made", "written"))
    bleu = sacrebleu.corpus_bleu(made, [written], tokenize="none", smooth_method="none", force=True).score
    scorer = rouge_scorer.RougeScorer(["rougeL"], tokenizer=Tokenizer())
    rouge = sum(scorer.score(pair["written"], pair["made"])["rougeL"].fmeasure for pair in of) / len(of)
    return {"pairs": of, "bleu4": bleu, "rougeL": 100 * rouge}


def main() -> None:
    rng = random.Random(1)
    with open(os.path.join(sys.argv[1], "text.json"), "w", encoding="utf8") as out:
        json.dump([figures(pairs(rng, count)) for count in (1, 5, 40)], out, ensure_ascii=False, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
