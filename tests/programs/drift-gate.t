#!/usr/bin/env bash
# ci/drift.sh, with a recorder of the test instead of a real client: it copies the
# newest recordings, and changes them as the test wants.
set -u
. "$(dirname "$0")/lib.sh"
export DRIFT_BIN=$bin DRIFT_RECORDER=$scratch/recorder
newest=$(cd "$root/fixtures/requests" && printf '%s\n' * | sort -V | tail -n 1)

cat >"$DRIFT_RECORDER" <<'END'
#!/usr/bin/env bash
# VERSION --out FOLDER
[ "${BROKEN-}" != all ] || { echo "npm has no release $1" >&2; exit 3; }
mkdir -p "$3" && cp -r "$SOURCE/." "$3"
[ "${BROKEN-}" != some ] || rm -r "$3/discovery"
[ "${BROKEN-}" != many ] || rm -r "$3/edit-session"
sed -Ei "s#(claude-cli|claude-code)/[0-9.]+#\\1/$1#" "$3"/*/*.http
[ -z "${CHANGE-}" ] || sed -i "$CHANGE" "$3"/plain/01.http
[ -z "${BROKEN-}" ] || { echo "discovery: no end" >&2; exit 1; }
END
chmod +x "$DRIFT_RECORDER"
export SOURCE=$root/fixtures/requests/$newest
drift() { run "$root/ci/drift.sh" "$@"; }

drift "$newest"
is 0 'a release that is recorded' out "Claude Code $newest is recorded already"
drift 99.0.0
is 0 'one that sends the same' out "# Claude Code $newest to 99.0.0" out 'requests compared, 0 changes'
CHANGE='s|^x-app: cli|x-app: terminal|' DRIFT_PAGE=$scratch/page drift 99.0.0
is 1 'one that sends something else' out '~ `x-app`: `cli` became `terminal`' out 'named by '
cmp -s "$scratch/page" "$scratch/out"
result $? 'the page is kept in a file, too'
BROKEN=some drift 99.0.0
is 0 'a scenario that does not end is told, and the others count' err 'discovery: no end' out '0 changes'
BROKEN=many drift 99.0.0
is 3 'unless cases need it' err 'the recordings of 99.0.0 cannot be compared (see above)'
BROKEN=all drift 99.0.0
is 3 'no recordings' err 'npm has no release 99.0.0' err 'drift: Claude Code 99.0.0 could not be recorded (see above)'
drift newest
is 2 'no release' err "drift: 'newest' is not a release"
drift 1.0.0 2.0.0
is 2 'two of them' err 'name one release at most'
DRIFT_BIN=$scratch/none drift 99.0.0
is 2 'no programs' err "there is no $scratch/none/ccprobe; build it"
mkdir "$scratch/path" && printf '#!/bin/sh\nexit 1\n' >"$scratch/path/npm" && chmod +x "$scratch/path/npm"
PATH=$scratch/path:$PATH drift
is 3 'npm that knows nothing' err 'npm did not give the newest release'
printf '#!/bin/sh\necho %s\n' "$newest" >"$scratch/path/npm"
PATH=$scratch/path:$PATH drift
is 0 'the newest that npm has' out "Claude Code $newest is recorded already"
[ ! -e "$root/fixtures/requests/99.0.0" ]
result $? 'the suite is as it was'
end
