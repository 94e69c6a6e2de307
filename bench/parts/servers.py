"""Programs that are measured: started, looked at, ended."""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

import messages


class Skip(Exception):
    """Why something cannot be measured here."""


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def raise_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Server:
    """A program in a process group of its own, on a port of its own."""

    def __init__(self, name, folder, argv, port, environment=None, headers=(), ready=20, path=None):
        self.name, self.port, self.headers, self.folder = name, port, headers, folder
        self.address = f'127.0.0.1:{port}'
        self.output = open(folder / 'output', 'wb')
        self.process = subprocess.Popen(
            argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.wait(ready)

    def wait(self, ready):
        until = time.monotonic() + ready
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with socket.socket() as s:
                if s.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            time.sleep(0.05)
        said = (self.folder / 'output').read_text(errors='replace').strip().splitlines()[-1:]
        self.stop()
        raise Skip(f'{self.name} does not start: {" ".join(said)}')

    def processes(self):
        """All of its session."""
        for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                fields = stat.read_text().rsplit(')', 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid:
                yield stat.parent

    def cpu(self):
        """Processor time of all its threads, in ns."""
        total = 0
        for process in self.processes():
            for text in (process / 'task').glob('*/schedstat'):
                try:
                    total += int(text.read_text().split()[0])
                except OSError:
                    pass
        return total

    def memory(self):
        """RssAnon of all its processes, in KiB."""
        total = 0
        for process in self.processes():
            try:
                found = re.search(r'RssAnon:\s+(\d+)', (process / 'status').read_text())
            except OSError:
                continue
            total += int(found[1]) if found else 0
        return total

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        for process in self.processes():  # those that have a group of their own
            try:
                os.kill(int(process.name), signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.output.close()


NGINX = '''daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
worker_rlimit_nofile 65536;
{user}
events {{ worker_connections 32768; }}
http {{
 access_log off; client_body_buffer_size 2m; client_max_body_size 40m; keepalive_requests 100000000;
 client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
 uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
 {server}
}}
'''
NGINX_PROXY = '''upstream back {{ server {upstream}; keepalive 128; keepalive_requests 100000000; }}
 server {{ listen 127.0.0.1:{port} backlog=4096; location / {{
  proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_request_buffering off; proxy_buffering off; proxy_read_timeout 600s; }} }}'''
NGINX_STATIC = '''server {{ listen 127.0.0.1:{port} backlog=4096; location / {{
  default_type application/json; return 200 '{answer}'; }} }}'''

HAPROXY = '''global
 nbthread 1
 maxconn 8000
 {tune}
defaults
 mode http
 timeout connect 5s
 timeout client 600s
 timeout server 600s
{rest}
'''
HAPROXY_PROXY = '''frontend front
 bind 127.0.0.1:{port} backlog 4096
 default_backend back
backend back
 http-reuse always
 server one {upstream}'''
HAPROXY_STATIC = '''frontend front
 bind 127.0.0.1:{port} backlog 4096
 timeout http-request 30s
 option http-buffer-request
 http-request return status 200 content-type application/json string '{answer}' '''


class Bench:
    """Where programs are, and those that run."""

    def __init__(self, root, build, targets, scratch):
        self.root, self.build, self.targets = root, build, targets
        self.scratch, self.count, self.running = scratch, 0, []

    def start(self, name, make, **more):
        self.count += 1
        folder = self.scratch / f'{self.count}'
        folder.mkdir()
        port = free_port()
        server = Server(name, folder, make(folder, port), port, **more)
        self.running.append(server)
        return server

    def stop(self, server):
        self.running.remove(server)
        server.stop()

    def stop_all(self):
        for server in list(self.running):
            self.stop(server)

    # ---- one program each ----

    def nginx(self, template, **values):
        program = shutil.which('nginx') or shutil.which('nginx', path='/usr/sbin')
        if not program:
            raise Skip('nginx is not installed')

        def make(folder, port):
            server = template.format(port=port, answer=messages.ANSWER, **values)
            user = 'user root;' if os.geteuid() == 0 else ''
            (folder / 'nginx.conf').write_text(NGINX.format(folder=folder, server=server, user=user))
            return [program, '-p', str(folder), '-c', str(folder / 'nginx.conf')]
        return self.start('nginx', make)

    def haproxy(self, template, tune='', **values):
        program = shutil.which('haproxy') or shutil.which('haproxy', path='/usr/sbin')
        if not program:
            raise Skip('haproxy is not installed')

        def make(folder, port):
            rest = template.format(port=port, answer=messages.ANSWER, **values)
            (folder / 'haproxy.cfg').write_text(HAPROXY.format(rest=rest, tune=tune))
            return [program, '-db', '-f', str(folder / 'haproxy.cfg')]
        return self.start('haproxy', make)

    def static(self):
        return self.nginx(NGINX_STATIC)

    def reader(self):
        """A backend that answers when it has the whole body."""
        return self.haproxy(HAPROXY_STATIC, tune='tune.bufsize 262144')

    def ccmock(self, *arguments):
        return self.start('ccmock', lambda folder, port: [
            self.build / 'ccmock', '--listen', f'127.0.0.1:{port}', *arguments])

    def ccgate(self, upstream, form='messages'):
        return self.start('ccgate', lambda folder, port: [
            self.build / 'ccgate', '--listen', f'127.0.0.1:{port}', '--upstream', f'http://{upstream}',
            '--upstream-format', form, '--upstream-key', 'provider-key-of-the-bench', '--key', messages.KEY])

    def ccgate_of_file(self, upstream, ledger):
        """The same by a configuration, with a ledger or without."""
        def make(folder, port):
            config = {'listen': f'127.0.0.1:{port}',
                      'upstream': {'url': f'http://{upstream}', 'key': 'provider-key-of-the-bench'},
                      'keys': [{'name': 'bench', 'key': messages.KEY}]}
            if ledger:
                config['ledger'] = {'path': str(folder / 'usage.db'), 'prices': str(self.root / 'gateway/prices.json')}
            (folder / 'gate.json').write_text(json.dumps(config))
            return [self.build / 'ccgate', '--config', str(folder / 'gate.json')]
        return self.start('ccgate', make)

    def aimock(self):
        program = self.targets / 'aimock/node_modules/.bin/llmock'
        if not program.exists() or not shutil.which('node'):
            raise Skip('aimock is not installed: bench/compare --install')

        def make(folder, port):
            match = {'fixtures': [{'match': {}, 'response': {'content': 'hello'}}]}
            (folder / 'fixtures.json').write_text(json.dumps(match))
            return [program, '-p', str(port), '-f', str(folder / 'fixtures.json'), '--log-level', 'silent']
        return self.start('aimock', make, ready=30)

    def target(self, name, upstream):
        """A gateway of others, as targets/NAME/target.json starts it."""
        here = self.root / 'targets' / name
        t = json.loads((here / 'target.json').read_text())
        host, port_of = upstream.split(':')
        values = {'here': str(here), 'bin': str(self.build), 'targets': str(self.targets),
                  'mock.host': host, 'mock.port': port_of, 'mock.url': f'http://{upstream}',
                  'keys.client': messages.KEY, 'keys.upstream': 'provider-key-of-the-bench'}
        if not pathlib.Path(fill(t['requires']['program'], values)).exists():
            raise Skip(f'{name} is not installed: {t["requires"]["install"]}')
        folder = self.scratch / name
        port = free_port()
        folder.mkdir()
        values |= {'scratch': str(folder), 'port': str(port)}
        for to, template in t.get('files', {}).items():
            (folder / to).write_text(fill((here / template).read_text(), values))
        environment = {'PATH': os.environ['PATH'], 'HOME': str(folder), 'TMPDIR': str(folder)}
        environment |= {n: fill(v, values) for n, v in t.get('environment', {}).items()}
        server = Server(name, folder, [fill(a, values) for a in t['start']], port, environment,
                        [(n, fill(v, values)) for n, v in t.get('headers', [])], t.get('ready_ms', 10000) / 1000)
        self.running.append(server)
        return server


def fill(text, values):
    return re.sub(r'\$\{([a-z._]+)\}', lambda m: values[m[1]] if m[1] in values else m[0],
                  re.sub(r'\$\{env\.(\w+)\}', lambda m: os.environ.get(m[1], ''), text))
