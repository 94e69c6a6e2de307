#!/usr/bin/env python3
# Traffic of many kinds through a gateway, and whether its ledger tells the truth.
#
#	traffic.py send URL KEY FIRST COUNT CLIENTS	a line for each request on stdout
#	traffic.py compare SENT KILLED JOURNAL LEDGER	complaints on stdout, none if it is true
#
# Requests have numbers from FIRST on, and the number is the session's id, so that each
# is a session of the ledger. Kinds take turns: a stream, a whole answer, one that the
# client leaves after its first event, a count, a 529, a stream that the provider cuts,
# one that ends in an error. A line has the number, the kind and what came of it: whole,
# cut, left or lost (no answer at all). SENT are the lines; those up to the number KILLED
# were sent to a gateway that was killed meanwhile: of them all that are whole have to be
# in the ledger, of others all. JOURNAL is ccmock's, LEDGER `ccgate usage --by session
# --format json`.
import http.client, json, socket, sys, threading, urllib.parse

KINDS = ['stream', 'whole', 'left', 'stream', 'count', 'overloaded', 'cut', 'stream', 'failing']


def body(number, kind):
    words = f'kind-{kind} ' + 'word ' * (number % 97)
    if kind == 'left':
        words += ' [pace:5]'
    asked = {'model': 'claude-opus-5', 'messages': [{'role': 'user', 'content': words}]}
    if kind != 'count':
        asked |= {'max_tokens': 100, 'stream': kind != 'whole'}
    return json.dumps(asked)


def outcome(answer, kind):
    if kind == 'left':
        seen = b''
        while b'message_start' not in seen:
            more = answer.read1(100)
            if not more:
                return 'cut'
            seen += more
        return 'left'
    try:
        text = answer.read()
    except (http.client.HTTPException, OSError):
        return 'cut'
    stream = 'event-stream' in answer.getheader('content-type', '')
    return 'whole' if not stream or b'message_stop' in text or b'"type":"error"' in text else 'cut'


def send(url, key, first, count, clients):
    host = urllib.parse.urlsplit(url).netloc
    numbers, lock = iter(range(first, first + count)), threading.Lock()

    def client():
        link = http.client.HTTPConnection(host, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            kind = KINDS[number % len(KINDS)]
            path = '/v1/messages' + ('/count_tokens' if kind == 'count' else '')
            try:
                link.request('POST', path, body(number, kind), {
                    'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json',
                    'x-claude-code-session-id': f's{number}'})
                came = outcome(link.getresponse(), kind)
            except (http.client.HTTPException, OSError):
                came = 'lost'
            if came != 'whole':
                link.close()
                link = http.client.HTTPConnection(host, timeout=60)
            with lock:
                print(number, kind, came, flush=True)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def usage_of(was, told):
    now = dict(was)
    for name in ('input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'):
        if told.get(name):
            now[name] = told[name]
    return now


# What the provider had told of tokens, event by event: the sessions' own lists.
def journal(path):
    session, said, states = {}, {}, {}
    for line in open(path):
        entry = json.loads(line)
        at = (entry['actor'], entry['exchange'])
        if entry['kind'] == 'request':
            fields = {name.lower(): value for name, value in entry['headers']}
            session[at] = fields.get('x-claude-code-session-id')
            states.setdefault(session[at], []).append([{}])
            said[at] = (states[session[at]][-1], entry['target'])
        elif entry['kind'] == 'data' and 'count_tokens' not in said[at][1]:
            for text in entry['bytes'].split('\n'):
                text = text.removeprefix('data: ')
                if '"usage"' in text:
                    told = json.loads(text)
                    told = told.get('usage') or told['message']['usage']
                    said[at][0].append(usage_of(said[at][0][-1], told))
    return states


def row_of(state):
    return (state.get('input_tokens', 0), state.get('output_tokens', 0), state.get('cache_read_input_tokens', 0),
            state.get('cache_creation_input_tokens', 0))


def compare(sent, killed, journal_path, ledger):
    mock = journal(journal_path)
    rows = {r['session']: r for r in json.load(open(ledger))['rows']}
    came = [line.split() for line in open(sent)]
    for number, kind, how in came:
        name = 's' + number
        if how == 'lost' or (int(number) <= killed and how != 'whole'):
            continue
        if name not in rows:
            print(f'{name} ({kind}, {how}) is not in the ledger')
        elif how == 'whole' and name in mock:
            row, last = rows[name], row_of(mock[name][-1][-1])
            written = row['cache_write_5m'] + row['cache_write_1h']
            if (row['input'], row['output'], row['cache_read'], written) != last:
                print(f'{name} ({kind}): the ledger has {row}, the provider told {last}')
    for name, row in rows.items():
        if row['requests'] != len(mock.get(name, [])):
            print(f'{name}: {row["requests"]} requests in the ledger, {len(mock.get(name, []))} at the provider')
            continue
        written = row['cache_write_5m'] + row['cache_write_1h']
        told = [row_of(state) for state in mock[name][-1]]
        if (row['input'], row['output'], row['cache_read'], written) not in told:
            print(f'{name}: the ledger has {row}, the provider told {told}')
    print(f'{len(came)} sent, {len(rows)} in the ledger, {sum(map(len, mock.values()))} at the provider, '
          f'{sum(how == "whole" for _, _, how in came)} whole', file=sys.stderr)


if sys.argv[1] == 'send':
    send(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7]))
else:
    compare(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
