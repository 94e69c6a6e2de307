#!/usr/bin/env python3
"""A stand-in for a company's sign-on: a small OpenID Connect issuer.

    issuer.py CLIENT_ID KEY_FILE

Prints its URL as its first line and serves until it is ended. Whoever asks is
signed in as the same developer, with nothing to type: it guards nothing, and
listens on the loopback interface only. The key is made at each start; openssl
makes it and signs.
"""
import base64
import http.server
import json
import secrets
import subprocess
import sys
import time
import urllib.parse

DEVELOPER = {"sub": "developer-1", "email": "developer@example.com", "email_verified": True}
KEY_ID = "ccprobe"
LIFE_SECONDS = 3600


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=True).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    def __init__(self, file):
        self.file = file
        openssl("genrsa", "-out", file, "2048")
        modulus = openssl("rsa", "-in", file, "-noout", "-modulus").split(b"=")[1]
        self.modulus = bytes.fromhex(modulus.decode())

    def public(self):
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID,
                "n": base64url(self.modulus), "e": "AQAB"}

    def sign(self, claims):
        head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=text.encode())
        return f"{text}.{base64url(signature)}"


class Issuer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, client_id, key):
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.client_id = client_id
        self.key = key
        self.nonces = {}  # by code; a code is good for one token

    def metadata(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }

    def code(self, query):
        code = secrets.token_urlsafe(16)
        self.nonces[code] = query.get("nonce")
        return code

    def token(self, form):
        """None: there is no such code."""
        if form.get("code") not in self.nonces:
            return None
        nonce = self.nonces.pop(form["code"])
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + LIFE_SECONDS,
                  **DEVELOPER, **({"nonce": nonce} if nonce else {})}
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer",
                "expires_in": LIFE_SECONDS, "id_token": self.key.sign(claims)}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send(self, status, body, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/.well-known/openid-configuration":
            self.send(200, self.server.metadata())
        elif url.path == "/keys":
            self.send(200, {"keys": [self.server.key.public()]})
        elif url.path == "/authorize" and "redirect_uri" in query:
            back = {"code": self.server.code(query), "state": query.get("state", "")}
            self.send(302, {}, Location=f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}")
        else:
            self.send(404, {"error": "not_found"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        token = self.server.token(form) if self.path == "/token" else None
        if token:
            self.send(200, token)
        else:
            self.send(400, {"error": "invalid_grant"})

    def log_message(self, *_):
        pass


def main():
    client_id, key_file = sys.argv[1:]
    issuer = Issuer(client_id, Key(key_file))
    print(issuer.url, flush=True)
    issuer.serve_forever()


main()
