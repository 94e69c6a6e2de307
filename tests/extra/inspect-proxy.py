#!/usr/bin/env python3
"""Stands between a browser and a live page: puts a script into the page, passes everything
else on, and prints what the script posts to /said. Then it ends.

    inspect-proxy.py URL SCRIPT

Its first line says where it listens."""
import http.client
import http.server
import os
import sys
import urllib.parse

upstream = urllib.parse.urlsplit(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    script = file.read()


class Proxy(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        said = self.rfile.read(int(self.headers["content-length"])).decode()
        self.send_response(204)
        self.end_headers()
        print(said, flush=True)
        os._exit(0)

    def do_GET(self):
        connection = http.client.HTTPConnection(upstream.hostname, upstream.port)
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
        except OSError:  # the run is over, and the page is about to be there again
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("content-type", answer.getheader("content-type"))
        self.end_headers()
        if self.path == "/":
            page = answer.read().decode().replace("</body>", "<script>" + script + "</script></body>")
            self.wfile.write(page.encode())
            return
        while True:
            piece = answer.read1(65536)
            if not piece:
                break
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                break


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
server.daemon_threads = True
print("listening on http://127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
