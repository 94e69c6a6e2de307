#!/usr/bin/env python3
"""A server of tools for a client, on stdin and stdout: one tool, which writes a
text into told.txt of the folder that it is started in. Its name is longer than
what chat completions take."""
import json
import sys

TOOL = {
    "name": "write_down_what_the_user_said_in_a_file_of_the_project",
    "description": "Writes a text down.",
    "inputSchema": {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
    },
}


def write_down(params):
    with open("told.txt", "w") as file:
        file.write(params["arguments"]["text"])
    return {"content": [{"type": "text", "text": "it is written down"}]}


ANSWERS = {
    "initialize": lambda params: {
        "protocolVersion": params["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "notebook", "version": "1"},
    },
    "tools/list": lambda params: {"tools": [TOOL]},
    "tools/call": write_down,
}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    answer = ANSWERS.get(asked["method"], lambda params: {})(asked.get("params", {}))
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answer}), flush=True)
