"""docs/bench.md out of the figures of one run: nothing in it is written by hand."""
import statistics

NOT = 'not measured'
LEDGER_LOADS = ('small', '50 kB', 'stream')


def median(values):
    return statistics.median(values)


def number(value):
    if value >= 100:
        return f'{value:,.0f}'
    return f'{value:.3g}' if value >= 10 else f'{value:.2f}'


def figure(values, unit=''):
    """The median, and the range of the rounds."""
    if not values:
        return NOT
    if len(values) == 1:
        return f'{number(values[0])}{unit}'
    return f'{number(median(values))}{unit} ({number(min(values))} to {number(max(values))})'


def ratios(of, to):
    """One a round: both were measured one after the other."""
    return [a / b for a, b in zip(of, to) if b > 0]


class Page:
    def __init__(self, figures):
        self.f = figures
        self.lines = []
        self.verdicts = []
        self.reasons = []

    # ---- figures ----

    def get(self, row, subject, what):
        return self.f['rows'].get(row, {}).get(subject, {}).get(what, [])

    def ratio(self, row, one, other, what):
        return ratios(self.get(row, one, what), self.get(row, other, what))

    def added(self, row, subject):
        """To the first byte, beside no gateway, in us."""
        return [a - b for a, b in zip(self.get(row, subject, 'first'), self.get(row, 'direct', 'first'))]

    def of_added(self, row, one, other):
        """Of the medians: what a round adds may be next to nothing, and its ratio anything."""
        a, b = self.added(row, one), self.added(row, other)
        return [median(a) / median(b)] if a and b and median(b) > 0 else []

    # ---- Markdown ----

    def add(self, *lines):
        self.lines += lines

    def table(self, head, rows):
        self.add('', '| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head))
        self.add(*('| ' + ' | '.join(r) + ' |' for r in rows), '')

    def rates(self, title, rows, base, note):
        self.add(f'## {title}', '', note)
        for row, what in rows:
            subjects = self.f['rows'].get(row)
            if not subjects:
                continue
            self.add('', f'### {what}')
            self.table(
                ['', 'answers a second', f'of {base}', 'p50, ms', 'p99, ms', 'processor, us an answer', f'of {base}'],
                [[n, figure(s['rate']), figure(self.ratio(row, n, base, 'rate')),
                  figure([v / 1e3 for v in s['p50']]), figure([v / 1e3 for v in s['p99']]),
                  figure(s['cpu']), figure(self.ratio(row, n, base, 'cpu'))] for n, s in subjects.items()])

    def firsts(self):
        self.add('## Gateways: time to the first byte', '',
                 'One request at a time, p50 in microseconds; for streams, to the first event.')
        for row, what in (('first byte, small', 'small'), ('first byte, 50 kB', '50 kB'), ('first byte, stream', 'stream')):
            subjects = self.f['rows'].get(row)
            if not subjects:
                continue
            self.add('', f'### {what}')
            self.table(['', 'first byte', 'added to direct', 'of what nginx adds'],
                       [[n, figure(s['first']), figure(self.added(row, n)) if n != 'direct' else '',
                         figure(self.of_added(row, n, 'nginx')) if n != 'direct' else '']
                        for n, s in subjects.items()])

    def paced(self):
        paced = self.f.get('paced')
        if not paced:
            return
        self.add(f'## Gateways: {paced["streams"]} streams of an event a second', '',
                 'Each of a program that was just started. Memory is RssAnon: what no file stands for.')
        rows = []
        for name, s in paced['subjects'].items():
            memory = [f'{s["idle"] / 1024:.1f} MiB', f'{s["stream"]:.1f} KiB', f'{s["after"] / 1024:.1f} MiB'] \
                if 'idle' in s else ['', '', '']
            rows.append([name, f'{s["events"]:,}', str(s['lost']), str(s['failed']), f'{s["gap_p99"]:.1f} ms',
                         f'{s["cpu_event"]:.1f} us'] + memory)
        self.table(['', 'events', 'lost', 'streams failed', 'from their pace at p99', 'processor, an event',
                    'idle', 'a stream', 'after'], rows)
        crowd = self.f.get('crowd')
        if crowd:
            self.add(f'{crowd["streams"]:,} of them, by `ccprobe bench --bundled`, once: of {crowd["events"]:,} events that ccgate relayed '
                     f'{crowd["lost"]:,} were lost, and {crowd["failed"]:,} streams failed; from their pace at p99 '
                     f'{crowd["gap_p99"]:.1f} ms, and {crowd["direct_gap_p99"]:.1f} ms directly.', '')

    def ledger(self):
        rows = []
        for size in LEDGER_LOADS:
            row = f'ledger, {size}'
            for name, s in self.f['rows'].get(row, {}).items():
                rows.append([f'{size}, {name}', figure(s['rate']), figure(self.ratio(row, name, 'without', 'rate')),
                             figure(s['cpu']), figure(self.ratio(row, name, 'without', 'cpu')),
                             figure(s['all']), figure(self.ratio(row, name, 'without', 'all'))])
        if not rows:
            return
        self.add('## ccgate: the ledger', '',
                 'ccgate with `ledger` in its configuration, beside ccgate without: 32 connections (wrk), '
                 f'{self.f["ledger_rounds"]} rounds of {self.f["ledger_seconds"]:g} s. Each answer is a record in the spool '
                 'before its last bytes go out. While some thousand requests a second come in, records wait there; '
                 'the last columns have what it costs to take them into the SQLite table afterwards, too.')
        self.table(['', 'answers a second', 'of without', 'processor, us an answer', 'of without',
                    'with the table', 'of without'], rows)

    def rest(self):
        f = self.f
        many, micro, runs = f.get('many'), f.get("micro"), f.get("runs")
        if many:
            self.add('## ccmock: many streams', '',
                     f'{many["streams"]:,} streams of an event a second in one process, the client on the same cores: '
                     f'from their pace {many["median"]:.1f} ms at the median and {many["p99"]:.1f} ms at p99; '
                     f'{many["memory"] / 1024:.0f} MiB at the end (VmRSS). '
                     + ('All were open at once, and none was lost.' if many['whole'] else 'Not all were whole.'), '')
        if micro:
            rows = [['memchr, the ends of lines', figure(micro['memchr']), ''],
                    ['reader of event streams', figure(micro['sse']),
                     figure(ratios(micro['sse'], micro['memchr'])) + ' of memchr']]
            if 'simdjson' in micro:
                rows.append(['simdjson', figure(micro['simdjson']), ''])
            rows.append(['index of a JSON text of 50 kB', figure(micro['jindex']),
                         figure(ratios(micro['jindex'], micro['simdjson'])) + ' of simdjson'
                         if 'simdjson' in micro else ''])
            self.add('## Readers', '', 'Bytes in a nanosecond (GB/s), of the same bytes.')
            self.table(['', 'GB/s', ''], rows)
        rows = []
        for row, what in (('translation, burst', 'as fast as they come'), ('translation, alone', 'one at a time')):
            got = self.f['rows'].get(row, {})
            if len(got) == 2:
                rows.append([what, figure(got['relay']['cpu']), figure(got['translation']['cpu']),
                             figure(self.ratio(row, 'translation', 'relay', 'cpu'))])
        if rows:
            self.add('## ccgate: translation', '', 'Processor time an event of ccgate, in microseconds: as a relay of the '
                     'Messages API, and as a translator of chat completions. 8 streams, '
                     f'{f["rounds"]} rounds of {f["event_seconds"]:g} s.')
            self.table(['events', 'relay', 'translation', 'of it'], rows)
        if runs:
            self.add('## The suite', '',
                     f'`ccprobe run` of the bundled gateway, {runs[0]["cases"]} cases: '
                     f'{figure([r["took"] for r in runs], " s")}, '
                     f'its slowest case {figure([r["slowest"] for r in runs], " s")}; at most '
                     f'{max(r["memory"] for r in runs) / 1024:.0f} MiB (VmHWM of ccprobe).', '')

    # ---- what was aimed at ----

    def aim(self, what, values, bound, least=False, unit=''):
        """values: of the rounds, by median."""
        if not values:
            self.verdicts.append([what, f'{"at least" if least else "at most"} {bound}{unit}', NOT, NOT])
            return
        value = median(values)
        met = value >= bound if least else value <= bound
        self.verdicts.append([what, f'{"at least" if least else "at most"} {bound}{unit}', figure(values, unit),
                              'met' if met else '**missed**'])

    def because(self, text):
        """Why the last aim is not met, if it is not: of the figures, and of what is known."""
        if text and self.verdicts[-1][3] == '**missed**':
            self.reasons.append(f'- {self.verdicts[-1][0]}: {text}')

    def middle(self, row, subject, what):
        values = self.get(row, subject, what)
        return number(median(values)) if values else NOT

    def why_50_kb(self):
        cpu = [self.middle('gateway, 50 kB', n, 'cpu') for n in ('ccgate', 'nginx')]
        return (f'an answer takes {cpu[0]} us of processor time, and {cpu[1]} of nginx. This backend answers when it has the head; nginx '
                'sends the body on while it comes, and is answered before it has sent all of it. ccgate asks nobody until the '
                'request is whole: it may have to ask somebody else with it, and it counts what is in it. Of a backend that reads first '
                'the row below tells.')

    def why_first(self, row):
        one = [self.middle(row, n, 'first') for n in ('ccgate', 'nginx', 'direct')]
        return (f'{one[0]} us to the first byte, {one[1]} of nginx, {one[2]} directly. ccgate makes seven system calls for a request: it '
                'reads, looks whether the kept connection is alive, sends, waits, reads, sends and waits. Most of what else is done '
                'goes into heads: their framing is judged, and fields keep their order and spelling.')

    def why_small(self):
        cpu = [self.middle('gateway, small', n, 'cpu') for n in ('ccgate', 'nginx')]
        return (f'an answer takes {cpu[0]} us of processor time, and {cpu[1]} of nginx; both share the cores with backend and generator. '
                'Half of it is the system\'s; the rest are heads, which are read, judged, kept with order and spelling, and written anew.')

    def why_ledger(self, row):
        cpu = [self.middle(row, n, 'cpu') for n in ('with', 'without')]
        return (f'{cpu[0]} us an answer, and {cpu[1]} without. No single step takes most of the difference: tokens are read off the answer, '
                'the head is looked through for ids and credentials, a line is made, and the lines of a loop turn go into the file. '
                '`docs/measuring.md` has each.')

    def why_translation(self, row):
        cpu = [self.middle(row, n, 'cpu') for n in ('translation', 'relay')]
        return (f'{cpu[0]} us an event, and {cpu[1]} as a relay. A chunk of which more than the text differs from the one before is read '
                'as JSON, which is most of that.')

    def either(self, aims):
        """One of them is enough."""
        mine = self.verdicts[-aims:]
        if any(v[3] == 'met' for v in mine):
            for v in mine:
                if v[3] == '**missed**':
                    v[3] = 'missed, but the other way is met'

    def aims(self):
        for size in ('small', '50 kB'):
            self.aim(f'ccmock, {size}: rate of aimock', self.ratio(f'mock, {size}', 'ccmock', 'aimock', 'rate'), 2, True)
            self.aim(f'ccmock, {size}: p99 of p50', ratios(self.get(f'mock, {size}', 'ccmock', 'p99'),
                                                           self.get(f'mock, {size}', 'ccmock', 'p50')), 6)
        many = self.f.get('many') or {}
        streams = f'ccmock, {many.get("streams", 10000):,} streams'
        self.aim(f'{streams}: memory', [many['memory'] / 1024] if many else [], 400, unit=' MiB')
        self.aim(f'{streams}: from their pace at p99', [many['p99']] if many else [], 20, unit=' ms')

        self.aim('ccgate, 50 kB: rate of nginx', self.ratio('gateway, 50 kB', 'ccgate', 'nginx', 'rate'), 1.0, True)
        self.because(self.why_50_kb())
        self.aim('ccgate, 50 kB, read first: rate of nginx',
                 self.ratio('gateway, 50 kB read first', 'ccgate', 'nginx', 'rate'), 1.0, True)
        self.aim('ccgate, small: rate of nginx', self.ratio('gateway, small', 'ccgate', 'nginx', 'rate'), 0.7, True)
        self.because(self.why_small())
        self.aim('ccgate, small: processor of nginx', self.ratio('gateway, small', 'ccgate', 'nginx', 'cpu'), 2.8)
        self.either(2)
        for row, bound in (('small', 1.6), ('50 kB', 1.2), ('stream', 1.2)):
            row_name = f'first byte, {row}'
            self.aim(f'ccgate, {row}: added to the first byte, of nginx', self.of_added(row_name, 'ccgate', 'nginx'), bound)
            self.because(self.why_first(row_name))
        paced = self.f.get('paced') or {'streams': 512, 'subjects': {}}
        gate = paced['subjects'].get('ccgate')
        streams = f'ccgate, {paced["streams"]} streams'
        self.aim(f'{streams}: events lost', [gate['lost'] + gate['failed']] if gate else [], 0)
        self.aim('ccgate, idle', [gate['idle'] / 1024] if gate else [], 2, unit=' MiB')
        self.aim(f'{streams}: memory of each', [gate['stream']] if gate else [], 24, unit=' KiB')
        for size in LEDGER_LOADS:
            row = f'ledger, {size}'
            self.aim(f'ccgate with its ledger, {size}: rate without', self.ratio(row, 'with', 'without', 'rate'), 0.95, True)
            self.aim(f'ccgate with its ledger, {size}: processor without, while it relays',
                     self.ratio(row, 'with', 'without', 'cpu'), 1.05)
            self.either(2)
            self.because(self.why_ledger(row))
        self.below_others()
        micro = self.f.get('micro') or {}
        self.aim('reader of event streams: of memchr', ratios(micro.get('sse', []), micro.get('memchr', [])), 0.25, True)
        self.aim('JSON index: of simdjson', ratios(micro.get('jindex', []), micro.get('simdjson', [])), 0.5, True)
        runs = self.f.get('runs') or []
        # That of each phase adds up: with the slowest alone the bound is lower.
        self.aim('ccprobe run: of 1.5 times its slowest case and 1 s',
                 [r['took'] / (1.5 * r['slowest'] + 1) for r in runs], 1)
        self.aim('ccprobe run: memory', [r['memory'] / 1024 for r in runs], 200, unit=' MiB')
        for row, what in (('translation, alone', 'events one at a time'), ('translation, burst', 'events as fast as they come')):
            self.aim(f'translation, {what}: processor of the relay',
                     self.ratio(row, 'translation', 'relay', 'cpu'), 3)
            self.because(self.why_translation(row))

    def below_others(self):
        """Of each other gateway, in each row."""
        for row, subjects in self.f['rows'].items():
            if not row.startswith('others'):
                continue
            what = 'first' if 'first' in row else 'rate'
            for name in subjects:
                if name in ('ccgate', 'direct'):
                    continue
                if what == 'first':
                    self.aim(f'ccgate{row[6:]}: added, of {name}', self.of_added(row, 'ccgate', name), 1)
                else:
                    self.aim(f'ccgate{row[6:]}: processor of {name}', self.ratio(row, 'ccgate', name, 'cpu'), 1)
                    self.aim(f'ccgate{row[6:]}: rate of {name}', self.ratio(row, 'ccgate', name, 'rate'), 1, True)

    # ---- all of it ----

    def text(self):
        f = self.f
        m = f['machine']
        self.aims()
        self.add(
            '# Speed, side by side', '',
            f'`{f["command"]}` wrote this page on {f["date"]}; nothing in it is written by hand. '
            f'{m["cores"]} cores ({m["processor"]}), {m["memory"] / 1024:.0f} GiB, Linux {m["kernel"]}, load {m["load"]:.1f} when it began; '
            f'it took {f["took"] / 60:.0f} minutes.', '',
            'Versions: ' + ', '.join(f'{n} {v}' for n, v in f['versions'].items()) + '.', '',
            f'Each row is measured in {f["rounds"]} rounds of {f["seconds"]:g} s, in which its subjects take turns. A figure is '
            'the median of the rounds, with their range; a ratio is the median of the ratios of the rounds. An answer that is no '
            '2xx, or not whole, is a failure, and nothing is told of whoever gave it. All programs run on the same cores, so '
            'rates depend on what backend and generator leave over; processor time does not, and counts all threads.', '')
        if f['short']:
            self.add('**This was a short run (`--short`): it shows that everything works, not how fast it is.**', '')
        self.add('## What is aimed at')
        self.table(['', 'aim', 'measured', ''], self.verdicts)
        if self.reasons:
            self.add('Why they are missed:', '', *self.reasons, '')
        for kind, title in (('skipped', 'Not measured'), ('failed', 'Failed')):
            if f[kind]:
                self.add(f'{title}:', '', *(f'- {line}' for line in f[kind]), '')
        self.rates('Gateways: rates', [
            ('gateway, small', 'small: a message of one line, answered in 200 bytes'),
            ('gateway, 50 kB', 'a recorded request of 50 kB'),
            ('gateway, 50 kB read first', 'the same, of a backend that reads the body before it answers (haproxy)'),
            ('gateway, stream', 'a stream of some 100 events, of ccmock')], 'nginx',
            f'32 connections (wrk). nginx and haproxy are plain proxies with one thread, as ccgate has; the backend of the '
            'first rows is an nginx of its own.')
        self.firsts()
        self.paced()
        self.ledger()
        others = [(r, r[8:]) for r in f['rows'] if r.startswith('others') and 'first' not in r]
        if others:
            self.rates('Gateways for models, of others', others, 'ccgate',
                       f'The provider is ccmock; {f["others_rounds"]} rounds of {f["others_seconds"]:g} s. As `targets/` starts them. Idle: '
                       + ', '.join(f'{n} {v / 1024:.0f} MiB' for n, v in f['idle'].items()) + ' (RssAnon).')
        self.rates('ccmock', [('mock, small', 'small: a message of one line, answered whole'),
                              ('mock, 50 kB', 'a recorded request of 50 kB, answered by a stream')], 'aimock',
                   '32 connections (wrk). aimock has one rule, which answers everything; nginx answers a constant text '
                   'without reading the request. ccmock has no script: it reads each request, and answers as the API does.')
        self.rest()
        self.add('## Again', '', f'    bench/compare --install   # aimock, into build/targets, by npm',
                 '    bench/compare             # on a quiet machine', '',
                 'nginx, haproxy, wrk and simdjson are packages of the distribution (`nginx-light`, `haproxy`, `wrk`, '
                 '`libsimdjson-dev`, `g++`); what is not there is left out, and told above. LiteLLM, Portkey and Claude Code Router '
                 'are measured where `targets/NAME/install` has put them.')
        text = '\n'.join(self.lines) + '\n'
        while '\n\n\n' in text:
            text = text.replace('\n\n\n', '\n\n')
        return text
