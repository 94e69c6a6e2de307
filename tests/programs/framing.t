#!/usr/bin/env bash
# Framings that could be read in two ways, and legal ones (framings.txt), sent
# to ccgate, ccmock and the pass-through of the doctor: alone, behind a good
# request, and in small pieces; to ccmock through TLS, too. No request that is
# hidden in another is seen, nothing hangs, and nothing takes a processor.
set -u
. "$(dirname "$0")/lib.sh"
holds=()
table=$root/tests/programs/framings.txt

mkdir "$scratch/tls"
"$root/tests/tls/certificates.sh" "$scratch/tls" >"$scratch/out" 2>"$scratch/err"
serve ccmock "$bin/ccmock" --listen 127.0.0.1:0 --journal "$scratch/journal"
mock=$url
mock_pid=$server
serve secure "$bin/ccmock" --listen 127.0.0.1:0 --journal "$scratch/journal" \
	--tls-cert "$scratch/tls/good.pem" --tls-key "$scratch/tls/key.pem"
secure=$url
secure_pid=$server
serve ccgate "$bin/ccgate" --listen 127.0.0.1:0 --upstream "$mock" \
	--upstream-key up --key down --workers 4
gate=$url
gate_pid=$server
serve listen "$bin/ccprobe" doctor --listen 127.0.0.1:0 \
	--out "$scratch/kept" "$mock"
listen=$url
listen_pid=$server

# front NAME URL: what it makes of the table
front() {
	local mode
	for mode in alone behind torn; do
		run timeout 100 "$bin/framing" "$table" "$2" "$mode"
		is 0 "$1: framings $mode" out ' framings'
	done
}

front ccgate "$gate"
front ccmock "$mock"
front 'ccmock, TLS' "$secure"
front 'doctor --listen' "$listen"

# hold NAME URL PID: begins to measure
hold() {
	"$bin/framing" hold "$2" "$3" >"$scratch/$1.held" &
	holds+=("$1 $3 $!")
}
hold ccgate "$gate" "$gate_pid"
hold ccmock "$mock" "$mock_pid"
hold secure "$secure" "$secure_pid"
hold listen "$listen" "$listen_pid"
for each in "${holds[@]}"; do
	read -r name server_pid hold_pid <<<"$each"
	wait "$hold_pid"
	result $? "$name: $(cat "$scratch/$name.held")"
	kill -0 "$server_pid" && ! grep -q Sanitizer "$scratch/$name.err"
	result $? "$name: it is alive and well"
done

grep -q '/v1/messages' "$scratch/journal" && ! grep -q 'hidden=' "$scratch/journal"
result $? 'no request that is hidden in another is seen'
end
