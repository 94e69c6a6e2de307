#!/usr/bin/env bash
# The Debian package: made twice alike, without complaints of lintian, small; then
# installed, used and removed in the smallest Debian 12.
set -u
project=$(cd "$(dirname "$0")/../.." && pwd)
root=

give_up() {
	echo "1..0 # SKIP $*"
	exit 0
}
finish() { [ -z "$root" ] || rm -rf --one-file-system "$root" "$scratch"; }
trap finish EXIT
. "$project/tests/extra/debian.sh"

for command in dpkg-deb dpkg-shlibdeps debootstrap unshare; do
	command -v $command >/dev/null || give_up "$command is not here"
done
scratch=$(mktemp -d)
root=$(mktemp -d)
chmod 755 "$root"
count=0
failed=0
# result STATUS TITLE: a line of TAP, with what was printed where it failed
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
		return
	fi
	failed=1
	echo "not ok $count - $2"
	tail -n 30 "$scratch/out" | sed 's/^/# /'
}
# check TITLE COMMAND...: its output is in $scratch/out
check() {
	local title=$1
	shift
	"$@" >"$scratch/out" 2>&1 </dev/null
	result $? "$title"
}
says() { grep -qF -- "$1" "$scratch/out"; }

# Both are of one commit, whatever is committed meanwhile.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$project" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
check 'the package is made' "$project/packaging/deb" "$scratch/one"
check 'and once more' "$project/packaging/deb" "$scratch/two"
deb=$(echo "$scratch"/one/*.deb)
cmp -s "$deb" "$scratch"/two/*.deb
result $? 'which gives the same bytes'
[ "$(stat -c %s "$deb")" -lt $((6 * 1024 * 1024)) ]
result $? "it has less than 6 MB ($(stat -c %s "$deb") bytes)"
if command -v lintian >/dev/null; then
	lintian --allow-root --fail-on error,warning "$deb" >"$scratch/out" 2>&1
	result $? 'lintian has no error and no warning'
else
	echo "ok $((count += 1)) - lintian # SKIP it is not installed"
fi
dpkg-deb --fsys-tarfile "$deb" | tar -xf - -C "$scratch" ./usr
grep -rl -- "$project" "$scratch/usr" >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'nothing in it names a folder of this machine'

make_root
cp "$deb" "$root/tmp/ccprobe.deb"
export DEBIAN_FRONTEND=noninteractive
check 'apt takes its lists' inside apt-get -qq update
check 'what is to read it by is installed' \
	inside apt-get -qq -y --no-install-recommends install man-db bash-completion zsh fish
inside sh -c 'find / -xdev -path /proc -prune -o -path /tmp -prune -o -print | sort' >"$scratch/before"
check 'apt installs it with what it depends on' \
	inside apt-get -qq -y --no-install-recommends install /tmp/ccprobe.deb
check 'ccprobe run grades the bundled gateway: no failure' inside sh -c 'cd /tmp && ccprobe run'
says 'grade A'
result $? 'with an A'
inside sh -c 'cd /tmp && ccprobe doctor --offline --key sk-a-test-key-1 http://127.0.0.1:9' >"$scratch/out" 2>&1
says 'Nothing is sent'
result $? 'ccprobe doctor'
check 'ccprobe --version -v' inside ccprobe --version -v
says '/usr/share/ccprobe (installed with the program)'
result $? 'uses what was installed'
for program in ccprobe ccmock ccgate; do
	check "man $program" inside man "$program"
	says SYNOPSIS
	result $? 'has a page'
done
check 'bash completes' inside bash -c '. /usr/share/bash-completion/bash_completion
	_completion_loader ccprobe
	COMP_WORDS=(ccprobe run stream/ans)
	COMP_CWORD=2
	_ccprobe
	echo "${COMPREPLY[@]}"'
says 'stream/answer'
result $? 'also ids of cases'
check 'fish completes' inside fish -c 'complete -C "ccprobe doc"'
says 'doctor'
result $? 'also commands'
check 'zsh loads its completion' inside zsh -c 'autoload -Uz compinit && compinit -u && echo $_comps[ccprobe] && autoload +X _ccprobe'
says '_ccprobe'
result $? 'by name'
check 'it is removed' inside apt-get -qq -y purge ccprobe
inside sh -c 'find / -xdev -path /proc -prune -o -path /tmp -prune -o -print | sort' >"$scratch/after"
comm -13 "$scratch/before" "$scratch/after" | grep -iE 'ccprobe|ccmock|ccgate' |
	grep -v '^/var/cache/man/' >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'without a trace'
echo "1..$count"
exit $failed
