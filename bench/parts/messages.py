"""What is sent, and what providers answer: bytes in files."""
import json
import pathlib

KEY = 'client-key-of-the-bench'
RECORDED = 'fixtures/requests/2.1.332'
MARK = b'[probe-0000000000000000]'
EVENTS = 100  # pieces of text of a stream
LONG = 2000
PIECE = 'a piece of text to send '

ANSWER = json.dumps({
    'id': 'msg_1', 'type': 'message', 'role': 'assistant', 'model': 'claude-opus-5-5',
    'content': [{'type': 'text', 'text': 'hello'}], 'stop_reason': 'end_turn', 'stop_sequence': None,
    'usage': {'input_tokens': 1, 'output_tokens': 1}}, separators=(',', ':'))


def head_and_body(text):
    head, body = text.split(b'\r\n\r\n', 1)
    lines = head.split(b'\r\n')
    return lines[0], [line.split(b': ', 1) for line in lines[1:]], body


def recorded(root, name, word=None):
    """A recorded request; `word` goes into its prompt, where a script looks for it."""
    first, headers, body = head_and_body((root / RECORDED / name).read_bytes())
    if word:
        assert MARK in body, f'{name} has no mark'
        body = body.replace(MARK, b'[probe-00000000000be9c4] ' + word.encode())
    return first, headers, body


def small(stream=False, word=None):
    body = {'model': 'claude-opus-5-5', 'max_tokens': 64, 'messages': [{'role': 'user', 'content': word or 'hello'}]}
    if stream:
        body['stream'] = True
    headers = [(b'Host', b''), (b'Content-Type', b'application/json'), (b'Authorization', b''),
               (b'anthropic-version', b'2023-06-01')]
    return b'POST /v1/messages HTTP/1.1', headers, json.dumps(body, separators=(',', ':')).encode()


def write(path, message, address, extra=()):
    """The request as it goes out to this address."""
    first, headers, body = message
    extra = [(n.encode(), v.encode()) for n, v in extra]
    given = {n.lower() for n, _ in extra}
    out = [first]
    for name, value in headers:
        low = name.lower()
        if low in (b'content-length', b'connection') or low in given:
            continue
        if low == b'host':
            value = address.encode()
        elif low == b'authorization':
            value = b'Bearer ' + KEY.encode()
        out.append(name + b': ' + value)
    out += [n + b': ' + v for n, v in extra]
    out.append(b'Content-Length: ' + str(len(body)).encode())
    pathlib.Path(path).write_bytes(b'\r\n'.join(out) + b'\r\n\r\n' + body)
    return path


def script(path):
    """Rules of ccmock for streams, said once for each format."""
    def said(pieces, pace=0):
        form = {'piece': len(PIECE)}
        if pace:
            form['pace'] = pace
        return {'say': [{'text': PIECE * pieces}], 'form': form}

    rules = {
        'burst': (EVENTS, 0), 'paced': (5, 1000), 'long': (LONG, 0), 'drip': (500, 1),
    }
    text = {'upstream': {n: {'when': {'has': f'bench-{n}'}, 'reply': said(*a)} for n, a in rules.items()}}
    text['upstream']['rest'] = {'reply': {'provider': True}}
    pathlib.Path(path).write_text(json.dumps(text))
    return path
