"""Makes a corpus with planted copies: speeches cut to size, passages copied among them with known edits, and formulas as decoys.

The same seed and strength give the same corpus. A planted passage is edited in one of the ways of KINDS at the given strength: the share
of its words that are touched (strength 0: copied as it stands). Formulas stand in many documents and are not copies.
"""
import random
import re

KINDS = ["swap", "insert", "delete", "reorder", "scan", "partial", "glossary"]
FORMULAS = [
    "Allow me at the outset to congratulate you, Sir, on your election to the presidency of this session and to assure you of the full "
    "support and cooperation of my delegation in the discharge of your important duties.",
    "I should also like to express our appreciation to your predecessor for the able manner in which he guided the work of the Assembly "
    "during its previous session.",
    "We pay tribute to the Secretary-General for his tireless efforts in promoting the purposes and principles of the Charter of the "
    "United Nations.",
    "My delegation wishes to reaffirm its commitment to the maintenance of international peace and security in accordance with the "
    "Charter of the United Nations.",
    "The High Contracting Parties, desiring to strengthen the friendly relations between them on the basis of mutual respect for "
    "sovereignty and territorial integrity, have agreed as follows.",
    "This Agreement shall enter into force on the thirtieth day following the date of deposit of the last instrument of ratification "
    "and shall remain in force for a period of five years.",
]


def edited(words, kind, strength, others, chance):
    """The words of a passage after edits; words keep the points and commas that hang on them."""
    n = round(strength * len(words))
    out = list(words)
    if kind == "swap":
        for i in chance.sample(range(len(out)), n):
            out[i] = chance.choice(others)
    elif kind == "insert":
        for _ in range(n):
            out.insert(chance.randrange(len(out) + 1), chance.choice(others))
    elif kind == "delete":
        for i in sorted(chance.sample(range(len(out)), n), reverse=True):
            del out[i]
    elif kind == "reorder":
        # stretches of ten words change places with the next until enough words have moved
        blocks = [out[i:i + 10] for i in range(0, len(out), 10)]
        for i in chance.sample(range(0, len(blocks) - 1, 2), min(round(strength * len(blocks) / 2), len(range(0, len(blocks) - 1, 2)))):
            blocks[i], blocks[i + 1] = blocks[i + 1], blocks[i]
        out = [w for b in blocks for w in b]
    elif kind == "scan":
        for i in chance.sample(range(len(out)), n):
            at = chance.randrange(len(out[i]))
            out[i] = out[i][:at] + chance.choice("lrtnmecoa1") + out[i][at + 1:]
    elif kind == "partial":
        # a share of the passage is left out at one end; the rest stands
        out = out[n // 2:] if chance.random() < 0.5 else out[:len(out) - n // 2]
    elif kind == "glossary":
        # the same word is always put in the same other word
        for i in chance.sample(range(len(out)), n):
            out[i] = "".join(sorted(out[i].lower()))[::-1] or out[i]
    return out


def corpus(speeches, strength, seed=1, documents=100, words=500, plants=35):
    """Documents as dicts (`id`, `text`, `author`) and planted copies as (id, (start, end), id, (start, end)), in characters."""
    chance = random.Random(f"{seed} {strength}")
    cut = []
    for author, text in chance.sample(speeches, documents):
        tokens = text.split()
        at = chance.randrange(max(1, len(tokens) - words))
        cut.append((author, tokens[at:at + words]))
    vocabulary = [w for _, t in cut for w in t if re.fullmatch(r"[a-z]+", w)]
    # a document takes one passage at most and gives one at most, so that truth is plain
    takers = chance.sample(range(documents), plants)
    givers = chance.sample([d for d in range(documents) if d not in takers], plants)
    pieces = {d: [("own", t)] for d, (_, t) in enumerate(cut)}
    spans = {}
    for k, (giver, taker) in enumerate(zip(givers, takers)):
        size = chance.randrange(60, 161)
        source = cut[giver][1]
        at = chance.randrange(len(source) - size)
        pieces[giver] = [("own", source[:at]), (f"plant {k}", source[at:at + size]), ("own", source[at + size:])]
        copy = edited(source[at:at + size], KINDS[k % len(KINDS)], strength, vocabulary, chance)
        host = cut[taker][1]
        at = chance.randrange(len(host))
        pieces[taker] = [("own", host[:at]), (f"plant {k}", copy), ("own", host[at:])]
    out = []
    for d in range(documents):
        for formula in FORMULAS:
            if chance.random() < 0.3:
                pieces[d].insert(0 if chance.random() < 0.5 else len(pieces[d]), ("formula", formula.split()))
        text = ""
        for name, tokens in pieces[d]:
            start = len(text)
            text += " ".join(tokens)
            if name.startswith("plant"):
                spans.setdefault(name, []).append((d, (start, len(text))))
            text += " " if tokens else ""
        out.append({"id": f"{d:04}", "text": text, "author": f"author {d}"})
    truth = [tuple(x for side in sorted(two) for x in (f"{side[0]:04}", side[1])) for _, two in sorted(spans.items())]
    return out, truth
