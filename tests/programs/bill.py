#!/usr/bin/env python3
"""What a session costs, computed from its recorded bodies alone.

    bill.py FOLDER [FAULT]

prints the tokens (input, read, written, output) and dollars of the session in
FOLDER, asked as a gateway with FAULT would ask. It shares no code with ccprobe:
prefixes are compared as lists of blocks, where ccprobe compares hashes.

- A token is four bytes of what the model is shown: strings, names of members,
  numbers; not cache_control, deferred tools and the attribution block.
- A prefix that ends at a marker is written if it has 1,024 tokens or more, at
  1.25 times the price of input; a marker reads the longest prefix known that
  ends at it or at one of the 19 blocks before it, at a tenth of the price.
- The provider of the test says what the prompt's next [tool:NAME {...}] has, or
  the last 200 bytes of the prompt: a token for each four bytes begun, and 12 for
  thinking.
"""
import glob
import json
import random
import re
import sys

INPUT, OUTPUT = 3 / 1e6, 15 / 1e6  # dollars a token
ACCOUNTS = 4  # of the fault rotates-keys


def size(value):
    if isinstance(value, dict):
        return sum(len(k.encode()) + size(v) for k, v in value.items())
    if isinstance(value, list):
        return sum(size(v) for v in value)
    if isinstance(value, str):
        return len(value.encode())
    return len(json.dumps(value))


def is_shown(block):
    return not (block.get("defer_loading") is True or
                str(block.get("text", "")).startswith("x-anthropic-billing-header:"))


def blocks_of(body):
    """(bytes, what it is, is it marked) of each block, in order."""
    found = [(0, body["model"], False)]
    for part in body["tools"], body["system"]:
        found += [block_of(b, "") for b in part if is_shown(b)]
    for message in body["messages"]:
        content = message["content"]
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        for i, block in enumerate(content):
            found.append(block_of(block, message["role"] if i == 0 else ""))
    return found


def block_of(block, role):
    plain = {k: v for k, v in block.items() if k != "cache_control"}
    return (size(plain) + len(role), role + json.dumps(plain), "cache_control" in block)


def ask(cache, blocks):
    """Tokens that are neither, read and written; fills the cache."""
    ends, total = [], 0
    for n, (length, _, marked) in enumerate(blocks):
        total += length
        ends.append((total, marked))
    names = [what for _, what, _ in blocks]
    marks = [n for n, (end, marked) in enumerate(ends) if marked][:4]
    marks = [n for n in marks if ends[n][0] // 4 >= 1024]
    read = 0
    for mark in marks:
        for n in range(max(0, mark - 19), mark + 1):
            if tuple(names[:n + 1]) in cache:
                read = max(read, ends[n][0])
    last = max([read] + [ends[n][0] for n in marks])
    cache.update(tuple(names[:n + 1]) for n in marks)
    plain = total // 4 - last // 4
    return max(plain, 1), read // 4, last // 4 - read // 4


def without(value, name):
    if isinstance(value, dict):
        return {k: without(v, name) for k, v in value.items() if k != name}
    return [without(v, name) for v in value] if isinstance(value, list) else value


def as_asked(body, fault, turn):
    if fault == "drops-cache-control":
        return without(body, "cache_control")
    if fault == "drops-message-cache-control":
        return dict(body, messages=without(body["messages"], "cache_control"))
    if fault == "stamps-system":
        stamp = {"type": "text", "text": "at %d.%09d" % (1764480000, turn)}
        return dict(body, system=body["system"] + [stamp])
    if fault == "shuffles-tools":
        tools = list(body["tools"])
        random.Random(turn).shuffle(tools)
        return dict(body, tools=tools)
    return body


def answers(body):
    prompt = body["messages"][0]["content"][1]["text"]
    said = re.findall(r"\[tool:\w+ (\{.*?\})\]", prompt)
    said.append("You said: " + prompt[-200:])
    return [12 + (len(text.encode()) + 3) // 4 for text in said]


def bill(folder, fault):
    bodies = [json.loads(open(name, "rb").read().split(b"\r\n\r\n", 1)[1])
              for name in sorted(glob.glob(folder + "/*.http"))]
    caches = [set() for _ in range(ACCOUNTS)]
    sums = [0, 0, 0]
    for turn, body in enumerate(bodies):
        account = turn % ACCOUNTS if fault == "rotates-keys" else 0
        tokens = ask(caches[account], blocks_of(as_asked(body, fault, turn)))
        sums = [a + b for a, b in zip(sums, tokens)]
    output = sum(answers(bodies[0]))
    assert len(answers(bodies[0])) == len(bodies)
    return sums + [output]


def main():
    tokens = bill(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    plain, read, written, output = tokens
    dollars = (plain + read * 0.1 + written * 1.25) * INPUT + output * OUTPUT
    print(*tokens, "%.4f" % dollars)


main()
