"""What is measured, in turns: a row is one load, its subjects are measured one
after the other in each round, so that all see the same machine."""
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import time

import messages
import servers

CONNECTIONS = 32
WARM = ('aimock', 'litellm', 'portkey', 'claude-code-router')


class Failed(Exception):
    """An answer was no answer: nothing that is measured of it counts."""


class Plan:
    """How long everything takes."""

    def __init__(self, short):
        self.rounds = 2 if short else 5
        self.seconds = 0.3 if short else 4
        self.ledger_rounds = 2 if short else 9
        self.ledger_seconds = 0.3 if short else 2
        self.event_seconds = 0.3 if short else 2
        self.warm = 0.3 if short else 2
        self.others_rounds = 1 if short else 2
        self.others_seconds = 0.3 if short else 3  # some take a second for an answer
        self.others_first_seconds = 0.3 if short else 2
        self.streams = 32 if short else 512
        self.crowd = 64 if short else 4096
        self.many = 200 if short else 10000
        self.many_seconds = 2 if short else 10
        self.micro_ms = 20 if short else 400
        self.runs = 1 if short else 3


class Measure:
    def __init__(self, bench, plan, say):
        self.bench, self.plan, self.say = bench, plan, say
        self.figures = {'rows': {}, 'skipped': [], 'failed': []}
        self.files = 0

    # ---- requests ----

    def request(self, message, server):
        self.files += 1
        path = self.bench.scratch / f'request-{self.files}'
        return messages.write(path, message, server.address, server.headers)

    def optional(self, start):
        """A server, or None and a line why not."""
        try:
            return start()
        except servers.Skip as why:
            self.say(f'skipped: {why}')
            if str(why) not in self.figures['skipped']:
                self.figures['skipped'].append(str(why))
            return None

    # ---- generators ----

    def wrk(self, server, path, seconds):
        program = shutil.which('wrk')
        if not program:
            raise servers.Skip('wrk is not installed')
        cpu = server.cpu()
        # wrk takes whole seconds
        out = subprocess.run(
            [program, '-t1', f'-c{CONNECTIONS}', f'-d{max(1, round(seconds))}s', '--timeout', '30s', '-s',
             self.bench.root / 'bench/wrk.lua', f'http://{server.address}/', '--', path],
            capture_output=True, text=True, check=True).stdout
        got = json.loads(out[out.index('JSON') + 4:].splitlines()[0])
        if not got['done'] and not got['failed']:
            raise Failed(f'{server.name}: no answer in {max(1, round(seconds))} s')
        if got['failed']:
            raise Failed(f'{server.name}: {got["failed"]} of {got["done"]} requests failed')
        return {'rate': got['done'] / got['us'] * 1e6, 'cpu': (server.cpu() - cpu) / got['done'] / 1e3,
                'p50': got['p50'], 'p99': got['p99']}

    def load_command(self, server, path, streams, ms, **more):
        argv = [str(self.bench.build / 'bench/load'), '--request', str(path), '--streams', str(streams),
                '--ms', str(int(ms))]
        for name, value in more.items():
            argv += [f'--{name}', str(value)]
        return argv + [f'http://{server.address}']

    def load(self, server, path, streams, ms, **more):
        cpu = server.cpu()
        run = subprocess.run(self.load_command(server, path, streams, ms, **more), capture_output=True, text=True)
        got = json.loads(run.stdout) if run.stdout else {'done': 0, 'failed': 1}
        if not got['done'] or got['failed']:
            raise Failed(f'{server.name}: {run.stderr.strip()}')
        got['cpu'] = (server.cpu() - cpu) / got['done'] / 1e3
        return got

    # ---- rounds ----

    def row(self, name, subjects, one, rounds):
        """subjects: {name: server}; one(server) gives a dict of figures."""
        row = {n: {} for n in subjects}
        order = list(subjects.items())
        for _ in range(rounds):
            order = order[1:] + order[:1]
            for subject, server in order:
                if row[subject] is None:
                    continue
                try:
                    for figure, value in one(server).items():
                        row[subject].setdefault(figure, []).append(value)
                except Failed as why:
                    self.say(f'{name}: {why}')
                    self.figures['failed'].append(f'{name}: {why}')
                    row[subject] = None
                self.settle(server)
        self.figures['rows'][name] = {n: v for n, v in row.items() if v}
        self.say(f'{name}: ' + ', '.join(
            f'{n} ' + (' '.join(f'{f} {sorted(v)[len(v) // 2]:.5g}' for f, v in r.items()) if r else 'failed')
            for n, r in row.items()))

    def warm(self, subjects, paths):
        """Programs that are compiled while they run have a head start: what they
        do first is not measured."""
        for name, server in subjects.items():
            if name in WARM:
                try:
                    self.wrk(server, paths[id(server)], self.plan.warm)
                except Failed:
                    pass  # it is told when it is measured

    def settle(self, server):
        """Answers that nobody waits for any more are not to slow down who is next."""
        if server.name not in WARM:
            return
        until = time.monotonic() + 5
        while time.monotonic() < until:
            before = server.cpu()
            time.sleep(0.05)
            if server.cpu() - before < 5e6:
                break

    def rates(self, name, subjects, message, others=False):
        p = self.plan
        paths = {id(s): self.request(message, s) for s in subjects.values()}
        self.warm(subjects, paths)
        seconds = p.others_seconds if others else p.seconds
        self.row(name, subjects, lambda s: self.wrk(s, paths[id(s)], seconds), p.others_rounds if others else p.rounds)

    def firsts(self, name, subjects, message, others=False, **more):
        """Time to the first byte of the answer, one request at a time."""
        p = self.plan
        paths = {id(s): self.request(message, s) for s in subjects.values()}
        ms = 1000 * (p.others_first_seconds if others else p.seconds)

        def one(server):
            got = self.load(server, paths[id(server)], 1, ms, **more)
            return {'first': got['first']['p50'] / 1e3, 'p99': got['first']['p99'] / 1e3}
        self.row(name, subjects, one, p.others_rounds if others else p.rounds)

    # ---- gateways ----

    def proxies(self, upstream):
        """ccgate and plain proxies in front of one backend."""
        b = self.bench
        made = {
            'nginx': self.optional(lambda: b.nginx(servers.NGINX_PROXY, upstream=upstream)),
            'haproxy': self.optional(lambda: b.haproxy(servers.HAPROXY_PROXY, upstream=upstream)),
            'ccgate': b.ccgate(upstream),
        }
        return {n: s for n, s in made.items() if s}

    def gateways(self):
        b, root = self.bench, self.bench.root
        small, large = messages.small(), messages.recorded(root, 'plain/01.http')
        static = self.optional(b.static)
        if static:
            front = self.proxies(static.address)
            self.rates('gateway, small', front, small)
            self.rates('gateway, 50 kB', front, large)
            # haproxy is a row of the rates alone
            pair = {'direct': static} | {n: s for n, s in front.items() if n != 'haproxy'}
            self.firsts('first byte, small', pair, small)
            self.firsts('first byte, 50 kB', pair, large)
            b.stop_all()
        reader = self.optional(b.reader)
        if reader:
            self.rates('gateway, 50 kB read first', self.proxies(reader.address), large)
            b.stop_all()
        mock = b.ccmock(self.script())
        front = self.proxies(mock.address)
        self.rates('gateway, stream', front, messages.recorded(root, 'bare/01.http', 'bench-burst'))
        pair = {'direct': mock} | {n: s for n, s in front.items() if n != 'haproxy'}
        self.firsts('first byte, stream', pair, messages.recorded(root, 'bare/01.http', 'bench-burst'))
        b.stop_all()

    def script(self):
        return messages.script(self.bench.scratch / 'script.json')

    def paced(self):
        """Many streams of an event a second: of a fresh program each, since what it
        kept from other loads would hide what a stream takes."""
        b, p = self.bench, self.plan
        message = messages.recorded(b.root, 'bare/01.http', 'bench-paced')
        row = {}
        for name in ('direct', 'nginx', 'haproxy', 'ccgate'):
            mock = b.ccmock(self.script())
            server = mock if name == 'direct' else self.proxies_one(name, mock.address)
            if server:
                time.sleep(0.3)
                row[name] = self.paced_one(server, self.request(message, server), name != 'direct')
                self.say(f'{p.streams} streams: {name} {row[name]}')
            b.stop_all()
        self.figures['paced'] = {'streams': p.streams, 'subjects': row}

    def crowd(self):
        """Far more of them, as `ccprobe bench` does it."""
        b, p = self.bench, self.plan
        run = subprocess.run(
            [b.build / 'ccprobe', 'bench', '--bundled', '--suite', b.root, '--streams', str(p.crowd), '--pairs', '1', '--each', '100',
             '--spread', '100000', '--format', 'json'], capture_output=True, text=True)
        if run.returncode:
            self.figures['failed'].append(f'{p.crowd} streams: {run.stderr.strip()[-300:]}')
            return
        got = json.loads(run.stdout)
        paced = got['paced'][0]
        gate, direct = paced['gateway'], paced['direct']
        self.figures['crowd'] = {
            'streams': paced['streams'], 'events': gate['events'], 'lost': gate['lost'], 'failed': gate['failed'],
            'gap_p99': at_most(gate['gap_ns'], 0.99) / 1e6, 'direct_gap_p99': at_most(direct['gap_ns'], 0.99) / 1e6}
        self.say(f'crowd: {self.figures["crowd"]}')

    def proxies_one(self, name, upstream):
        b = self.bench
        return self.optional({
            'nginx': lambda: b.nginx(servers.NGINX_PROXY, upstream=upstream),
            'haproxy': lambda: b.haproxy(servers.HAPROXY_PROXY, upstream=upstream),
            'ccgate': lambda: b.ccgate(upstream),
        }[name])

    def paced_one(self, server, path, has_memory):
        p = self.plan
        idle = server.memory()
        cpu = server.cpu()
        load = subprocess.Popen(
            self.load_command(server, path, p.streams, 60000, requests=p.streams, pace=1000),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(4)  # all are open after one second, and last for some ten
        open_ = server.memory()
        out, why = load.communicate()
        got = json.loads(out)
        one = {'events': got['events'], 'lost': got['lost'], 'failed': got['failed'], 'done': got['done'],
               'gap_p99': got['gap']['p99'] / 1e6, 'first_p50': got['first']['p50'] / 1e6,
               'cpu_event': (server.cpu() - cpu) / max(1, got['events']) / 1e3}
        if got['failed']:
            self.figures['failed'].append(f'paced streams: {server.name}: {why.strip()}')
        if has_memory:
            one |= {'idle': idle, 'stream': (open_ - idle) / p.streams, 'after': server.memory()}
        return one

    # ---- ccgate's ledger ----

    def ledger(self):
        """ccgate with its ledger beside ccgate without."""
        b, root = self.bench, self.bench.root
        static = self.optional(b.static)
        if static:
            self.ledger_row('small', static, messages.small())
            self.ledger_row('50 kB', static, messages.recorded(root, 'plain/01.http'))
        b.stop_all()
        self.ledger_row('stream', b.ccmock(self.script()), messages.recorded(root, 'bare/01.http', 'bench-burst'))
        b.stop_all()

    def ledger_row(self, name, backend, message):
        b, p = self.bench, self.plan
        subjects = {n: b.ccgate_of_file(backend.address, n == 'with') for n in ('without', 'with')}
        paths = {id(s): self.request(message, s) for s in subjects.values()}

        def one(server):
            before = server.cpu()
            got = self.wrk(server, paths[id(server)], p.ledger_seconds)
            while_relaying = server.cpu() - before
            self.taken(server)
            return got | {'all': got['cpu'] * (server.cpu() - before) / while_relaying}
        self.row(f'ledger, {name}', subjects, one, p.ledger_rounds)
        for server in subjects.values():
            b.stop(server)

    def taken(self, server):
        """Until everything is in the table: that can wait, and is paid all the same."""
        until = time.monotonic() + 30
        spool, aside = server.folder / 'usage.db.spool', server.folder / 'usage.db.taking'
        while spool.exists() and (spool.stat().st_size > 0 or aside.exists()):
            if time.monotonic() > until:
                raise Failed(f'{server.name}: the spool is not taken in')
            time.sleep(0.05)

    # ---- gateways for models, of others ----

    def others(self, names):
        """In the same rows, but in shorter rounds: they are far slower."""
        b, root = self.bench, self.bench.root
        mock = b.ccmock(self.script())
        subjects = {}
        for name in names:
            server = self.optional(lambda: b.target(name, mock.address))
            if server and self.answers(server, name):
                subjects[name] = server
        if not subjects:
            b.stop_all()
            return
        subjects['ccgate'] = b.ccgate(mock.address)
        large = messages.recorded(root, 'plain/01.http')
        self.figures['idle'] = {n: s.memory() for n, s in subjects.items()}
        self.rates('others, small', subjects, messages.small(), True)
        self.rates('others, 50 kB', subjects, large, True)
        self.rates('others, stream', subjects, messages.recorded(root, 'bare/01.http', 'bench-burst'), True)
        self.firsts('others, first byte, 50 kB', {'direct': mock} | subjects, large, True)
        b.stop_all()

    def answers(self, server, name):
        """It accepts connections before it serves: until one request is whole."""
        path = self.request(messages.small(), server)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.load(server, path, 1, 60000, requests=1)
                return True
            except Failed as why:
                said = why
                time.sleep(0.5)
        self.say(f'skipped: {said}')
        self.figures['skipped'].append(f'{name} does not answer: {said}')
        self.bench.stop(server)
        return False

    # ---- mocks ----

    def mocks(self):
        b, root = self.bench, self.bench.root
        subjects = {'ccmock': b.ccmock(), 'aimock': self.optional(b.aimock), 'nginx': self.optional(b.static)}
        subjects = {n: s for n, s in subjects.items() if s}
        self.rates('mock, small', subjects, messages.small())
        self.rates('mock, 50 kB', subjects, messages.recorded(root, 'plain/01.http'))
        b.stop_all()

    def many(self):
        """Paced streams in one ccmock, with the client on the same cores."""
        b, p = self.bench, self.plan
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        streams = min(p.many, hard - 1000)
        run = subprocess.run([b.root / 'bench/paced-streams', b.build, str(streams), str(p.many_seconds)],
                             capture_output=True, text=True)
        out = run.stdout
        found = re.search(r'median ([\d.]+) ms, p99 ([\d.]+) ms', out)
        memory = re.search(r'(\d+) KiB at the end', out)
        if not found or not memory:
            self.figures['failed'].append(f'{streams} paced streams of ccmock: {(out + run.stderr).strip()[-300:]}')
            return
        self.figures['many'] = {'streams': streams, 'median': float(found[1]), 'p99': float(found[2]),
                                'memory': int(memory[1]), 'whole': run.returncode == 0}
        self.say(f'many: {self.figures["many"]}')

    # ---- readers, translation, the suite ----

    def micro(self):
        p = self.plan
        run = subprocess.run([self.bench.build / 'bench/micro', self.bench.root, str(p.rounds), str(p.micro_ms)],
                             capture_output=True, text=True, check=True)
        self.figures['micro'] = json.loads(run.stdout)
        if 'simdjson' not in self.figures['micro']:
            self.figures['skipped'].append('simdjson is not installed (libsimdjson-dev, and a C++ compiler)')
        self.say(f'micro: {run.stdout.strip()}')

    def translation(self):
        """What ccgate adds to an event: as it is, and out of chat completions."""
        b, p = self.bench, self.plan
        mock = b.ccmock(self.script())
        subjects = {'relay': b.ccgate(mock.address), 'translation': b.ccgate(mock.address, 'openai-chat')}
        for name, word in (('burst', 'bench-long'), ('alone', 'bench-drip')):
            message = messages.small(True, word)
            paths = {id(s): self.request(message, s) for s in subjects.values()}

            def one(server):
                got = self.load(server, paths[id(server)], 8, p.event_seconds * 1000)
                return {'cpu': got['cpu'] * got['done'] / got['events'], 'whole': got['whole']['p50'] / 1e6}
            self.row(f'translation, {name}', subjects, one, p.rounds)
        b.stop_all()

    def suite(self):
        """ccprobe run, beside its slowest case."""
        b, runs = self.bench, []
        report = b.scratch / 'run.json'
        for _ in range(self.plan.runs):
            began = time.monotonic()
            run = subprocess.Popen([b.build / 'ccprobe', 'run', '--suite', b.root, '--report', f'json={report}'],
                                   stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = status  # it is waited for
            got = json.loads(report.read_text())
            runs.append({'took': time.monotonic() - began, 'memory': usage.ru_maxrss,
                         'slowest': max(c['took_ms'] for c in got['cases']) / 1e3,
                         'cases': len(got['cases']), 'status': os.waitstatus_to_exitcode(status)})
            self.say(f'run: {runs[-1]}')
        self.figures['runs'] = runs


def at_most(histogram, part):
    """What this part of the durations do not exceed, in ns (probe/bench/histogram.h)."""
    seen = 0
    for number, count in histogram['bins']:
        seen += count
        if seen >= part * histogram['count']:
            shift = 0 if number < 128 else number // 64 - 1
            return min(histogram['most'], ((number - shift * 64 + 1) << shift) - 1)
    return 0


def machine():
    cpu = re.search(r'model name\s*:\s*(.*)', pathlib.Path('/proc/cpuinfo').read_text())
    memory = re.search(r'MemTotal:\s*(\d+)', pathlib.Path('/proc/meminfo').read_text())
    return {'cores': len(os.sched_getaffinity(0)), 'processor': cpu[1] if cpu else 'unknown',
            'memory': int(memory[1]) // 1024, 'kernel': os.uname().release,
            'load': os.getloadavg()[0]}


def versions(bench):
    """Of what is installed."""
    def said(argv, pattern):
        try:
            run = subprocess.run(argv, capture_output=True, text=True)
        except OSError:
            return None
        found = re.search(pattern, run.stdout + run.stderr)
        return found[1] if found else None

    def package(folder):
        path = bench.targets / folder / 'package.json'
        return json.loads(path.read_text())['version'] if path.exists() else None
    sbin = os.environ['PATH'] + ':/usr/sbin'
    found = {
        'ccprobe': said(['git', '-C', str(bench.root), 'rev-parse', '--short', 'HEAD'], r'(\w+)'),
        'nginx': said([shutil.which('nginx', path=sbin) or 'nginx', '-v'], r'nginx/([\d.]+)'),
        'haproxy': said([shutil.which('haproxy', path=sbin) or 'haproxy', '-v'], r'version ([\d.]+)'),
        'wrk': said(['wrk', '-v'], r'wrk \S*?([\d.]+)'),
        'node': said(['node', '--version'], r'v([\d.]+)'),
        'aimock': package('aimock/node_modules/@copilotkit/aimock'),
    }
    return {n: v for n, v in found.items() if v}
