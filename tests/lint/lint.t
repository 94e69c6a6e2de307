#!/usr/bin/env bash
# What a wrong case file is told: broken/NAME.json must give the first line of
# broken/NAME.message, exactly. UPDATE_GOLDEN=1 rewrites the messages.
bin=${CCPROBE_BIN:?the folder of the programs}
root=${CCPROBE_ROOT:?the folder of the project}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0

# point STATUS TITLE: one line of TAP
point() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

lint() {
	"$bin/ccprobe" lint --suite "$@" >"$scratch/out" 2>"$scratch/err"
}

diag() {
	sed 's/^/# /' "$scratch/out" "$scratch/err"
}

for file in "$root"/tests/lint/broken/*.json; do
	name=$(basename "$file" .json)
	message=${file%.json}.message
	lint "$root" "tests/lint/broken/$name.json"
	status=$?
	if [ -n "$UPDATE_GOLDEN" ]; then head -n 1 "$scratch/err" >"$message"; fi
	[ "$status" -eq 2 ] && head -n 1 "$scratch/err" | cmp -s - "$message"
	good=$?
	point "$good" "lint: $name"
	[ "$good" -eq 0 ] || diag
done

lint "$root"
good=$?
point "$good" "lint: the cases of the suite have no errors"
[ "$good" -eq 0 ] || diag

"$bin/ccprobe" list --coverage --strict --suite "$root" \
	>"$scratch/out" 2>"$scratch/err"
good=$?
point "$good" "coverage: what a case can decide is guarded, and proven by a fault"
[ "$good" -eq 0 ] || sed '/^What no case/,$d; s/^/# /' "$scratch/out" "$scratch/err"

# A small suite with two files that are wrong in different ways.
mkdir -p "$scratch/suite/cases/a" "$scratch/suite/fixtures"
cat >"$scratch/suite/cases/requirements.json" <<'END'
{ "requirements": [ { "id": "X-1", "level": "must", "text": "t", "source": "" },
  { "id": "X-3", "level": "should", "text": "t", "source": "", "undecidable": "it is a secret" } ] }
END
one() {
	printf '{ "title": "%s", "why": "w", "fix": "f", "guards": ["%s"],\n' "$1" "$2"
	printf '"level": "must", "effect": "breaks", "steps": [ { "send": "c1",\n'
	printf '"request": { "method": "GET", "target": "/" } } ], "checks": [\n'
	printf '{ "name": "n", "expect": ["c1.end", "%s"] } ] }\n' "$3"
}
one same X-1 present >"$scratch/suite/cases/a/one.json"
one same X-2 present >"$scratch/suite/cases/a/two.json"
one other X-1 pressent >"$scratch/suite/cases/a/three.json"
one fourth X-3 present >"$scratch/suite/cases/a/four.json"
touch "$scratch/suite/fixtures/unused.json"
lint "$scratch/suite"
status=$?
diff -u - "$scratch/err" >"$scratch/diff" <<'END'
cases/a/three.json:4:37: unknown operator 'pressent'; did you mean 'present'?
cases/a/four.json: the guard 'X-3' is one that no case can decide, says requirements.json
cases/a/two.json: unknown guard 'X-2'; did you mean 'X-1'?
cases/a/two.json: 'a/one' has this title too
fixtures/unused.json: warning: no case uses it
END
good=$?
point "$good" "lint: every error is told, not only the first"
[ "$good" -eq 0 ] || sed 's/^/# /' "$scratch/diff"
[ "$status" -eq 2 ] &&
	[ "$(cat "$scratch/out")" = "3 cases in 4 files, 4 errors, 1 warning" ]
good=$?
point "$good" "lint: the last line counts what was read and found"
[ "$good" -eq 0 ] || diag
# A place that only the newer of two releases has.
for version in 2.1.9 2.1.10; do
	mkdir -p "$scratch/clients/fixtures/requests/$version/plain"
done
mkdir -p "$scratch/clients/cases/a"
cp "$scratch/suite/cases/requirements.json" "$scratch/clients/cases/"
recorded() {
	printf 'POST / HTTP/1.1\r\n\r\n{"a":"[probe-0000000000000000]"%s}' "$2" \
		>"$scratch/clients/fixtures/requests/$1/plain/$3.http"
}
recorded 2.1.9 '' 02
recorded 2.1.10 ',"new":{"b":1}' 01
editing() {
	printf '{ "title": "%s", "why": "w", "fix": "f", "guards": ["X-1"], %s\n' "$1" "$2"
	printf '"level": "must", "effect": "breaks", "steps": [ { "send": "c1",\n'
	printf '"request": { "from": "fixtures/requests/${client}/plain/turn-1.http",\n'
	printf '"edit": [["set", "/new/b", 2]] } } ], "checks": [\n'
	printf '{ "name": "n", "expect": ["c1.end", "present"] } ] }\n'
}
editing any '' >"$scratch/clients/cases/a/any.json"
editing newer '"client": { "min": "2.1.10" },' >"$scratch/clients/cases/a/newer.json"
lint "$scratch/clients"
status=$?
diff -u - "$scratch/err" >"$scratch/diff" <<'END'
cases/a/any.json:4:9: edit 1, '/new/b': nothing is there, and no object to add it to (with Claude Code 2.1.9)
fixtures/requests/2.1.9/plain/02.http: warning: no case uses it
END
good=$?
point "$good" "lint: cases are read for each client they are for"
[ "$good" -eq 0 ] || sed 's/^/# /' "$scratch/diff"
[ "$status" -eq 2 ] &&
	[ "$(cat "$scratch/out")" = "2 cases in 2 files, for 2 clients, 1 error, 1 warning" ]
good=$?
point "$good" "lint: an error with an older client counts"
[ "$good" -eq 0 ] || diag
lint "$scratch/clients" --client 2.1.10
good=$?
point "$good" "lint: --client looks at one client only"
[ "$good" -eq 0 ] || diag
echo "1..$n"
