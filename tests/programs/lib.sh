# What the program tests share: TAP in bash, one scratch folder, and servers
# that end with the test. Sourced.

root=${CCPROBE_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
bin=${CCPROBE_BIN:-$root/build/check}
scratch=$(mktemp -d)
count=0
failed=0
servers=()

finish() {
	local pid
	for pid in ${servers[@]+"${servers[@]}"}; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$scratch"
}
trap finish EXIT

# result STATUS TITLE: one line of TAP; what was captured when it failed.
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$count" "$2"
		return
	fi
	failed=1
	printf 'not ok %d - %s\n' "$count" "$2"
	printf '# status %s\n' "${status-}"
	sed 's/^/# out: /' "$scratch/out" 2>/dev/null | head -n 40
	sed 's/^/# err: /' "$scratch/err" 2>/dev/null | head -n 40
}

# run COMMAND...: leaves its status, $scratch/out and $scratch/err.
run() {
	status=0
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
}

# unpack FOLDER: makes the wire logs that --keep all packed plain files
unpack() { find "$1" -name '*.jsonl.gz' -exec gunzip {} +; }

# The formats of --report, and the commands of ccprobe, as the help names them.
formats() { "$bin/ccprobe" run --help | sed -n '/^Formats/,/^$/s/^  \([a-z]*\) .*/\1/p'; }
commands() { "$bin/ccprobe" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'; }

# until_true COMMAND...: waits for it, $patience seconds at most.
patience=20
until_true() {
	local limit=$((SECONDS + patience))
	until "$@" 2>/dev/null; do
		[ "$SECONDS" -lt "$limit" ] || return 1
		sleep 0.02
	done
}

has() { grep -qF -- "$2" "$scratch/$1"; }

# is STATUS TITLE [out|err TEXT]...: the status, and texts that must be there.
is() {
	local want=$1 title=$2 bad=0
	shift 2
	[ "$status" -eq "$want" ] || bad=1
	while [ $# -ge 2 ]; do
		has "$1" "$2" || bad=1
		shift 2
	done
	result "$bad" "$title"
}

# serve NAME COMMAND...: starts a server and waits for the line that says
# where; $url has it then.
serve() {
	local name=$1 line
	shift
	mkfifo "$scratch/$name.fifo"
	"$@" >"$scratch/$name.fifo" 2>"$scratch/$name.err" &
	servers+=($!)
	server=$!
	exec 9<"$scratch/$name.fifo"
	IFS= read -r line <&9
	url=${line##* }
	# Without one, whatever is asked next would go to somebody else.
	if [ -z "$url" ]; then
		echo "Bail out! $name does not listen: $(head -n 1 "$scratch/$name.err")"
		exit 1
	fi
	rm "$scratch/$name.fifo"
}

# free_port: $port becomes one that is given to nobody else: the system gives
# those above (ip_local_port_range), each test asks in a hundred of its own.
port=
free_port() {
	[ -n "$port" ] || port=$((10000 + $$ % 220 * 100))
	until port=$((port + 1)) &&
		perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:$ARGV[0]")' "$port"; do
		[ $((port % 100)) -ne 99 ] || port=$((port - 99))
	done
}

end() {
	printf '1..%d\n' "$count"
	exit "$failed"
}
