#!/usr/bin/env python3
"""What LiteLLM takes for Google, in front of the mock provider.

    google.py MOCK_HOST MOCK_PORT CERTIFICATE KEY

LiteLLM asks https://LOCATION-aiplatform.googleapis.com and nothing else. This is
the proxy that it is told to ask (HTTPS_PROXY): what is meant for googleapis.com
arrives at the mock, byte for byte, without its TLS. Answers requests for a token
with the one in $UPSTREAM_KEY. Prints its port.
"""
import asyncio
import json
import os
import socket
import ssl
import struct
import sys

HEAD_LIMIT = 64 * 1024
CHUNK = 64 * 1024


async def copy(reader, writer):
    """Until `reader` ends; a reset goes on as a reset."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.close()
    except (OSError, ssl.SSLError):
        reset(writer)


def reset(writer):
    own = writer.get_extra_info("socket")
    if own is not None and own.fileno() >= 0:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def splice(reader, writer, host, port, already=b""):
    """Copies both directions. When one ends the other ends, too, so that each
    side sees at once that the other has left."""
    try:
        other_reader, other_writer = await asyncio.open_connection(host, port, limit=CHUNK)
    except OSError:
        reset(writer)
        return
    other_writer.write(already)
    ways = [
        asyncio.ensure_future(copy(reader, other_writer)),
        asyncio.ensure_future(copy(other_reader, writer)),
    ]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    other_writer.close()
    writer.close()


def answer(writer, status, body):
    text = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
    writer.write(head.encode() + text)
    writer.close()


async def main():
    host, port = sys.argv[1], int(sys.argv[2])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    token = os.environ["UPSTREAM_KEY"]

    async def in_clear(reader, writer):
        await splice(reader, writer, host, port)

    inner = await asyncio.start_server(in_clear, "127.0.0.1", 0, ssl=context, limit=CHUNK)
    inner_port = inner.sockets[0].getsockname()[1]

    async def asked(reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            writer.close()
            return
        method, target = head.split(b"\r\n", 1)[0].split(b" ")[:2]
        if method == b"POST" and target.endswith(b"/token"):
            answer(writer, "200 OK", {"access_token": token, "expires_in": 3600, "token_type": "Bearer"})
        elif method == b"CONNECT" and target.endswith(b".googleapis.com:443"):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await splice(reader, writer, "127.0.0.1", inner_port)
        else:
            answer(writer, "502 Bad Gateway", {"error": "only googleapis.com is here"})

    outer = await asyncio.start_server(asked, "127.0.0.1", 0, limit=HEAD_LIMIT)
    print(outer.sockets[0].getsockname()[1], flush=True)
    async with inner, outer:
        await outer.serve_forever()


asyncio.run(main())
