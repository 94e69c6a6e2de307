#!/usr/bin/env bash
# Live cases with the pinned release of Claude Code: all of them pass through the
# bundled gateway, nginx and straight to the mock, together in less than four
# minutes; and each fails with the fault that live.txt names.
#
#	CLAUDE=/path/to/claude tests/extra/live.t [FAULT...]
#
# Client and network as in claude.t. With FAULT... only these are planted, and
# the sound gateways are left out.
set -u
. "$(dirname "$0")/lib.sh"
need_client
if [ "${CCPROBE_EXTRA_NETNS-}" != done ] && unshare -n true 2>/dev/null; then
	CCPROBE_EXTRA_NETNS=done CLAUDE=$CLAUDE exec unshare -n bash -c 'ip link set lo up; exec "$0" "$@"' "$0" "$@"
fi
begin
export CLAUDE

n=0
failed=0
check() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		failed=1
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/out" | cut -c1-200 | head -n 60
	fi
}

# verdicts REPORT: a line "live/edit pass" for each case
verdicts() {
	perl -MJSON::PP -e 'local $/; my $r = decode_json(<STDIN>); print "$_->{id} $_->{verdict}\n" for @{ $r->{cases} }' <"$1"
}

all=$("$bin/ccprobe" list --suite "$root" live | awk '{ print $1 }')

# ---- sound gateways ----

sound=(bundled nginx direct)
[ $# -eq 0 ] || sound=()
for target in ${sound[@]+"${sound[@]}"}; do
	if [ "$target" = nginx ] && ! PATH=$PATH:/usr/sbin:/sbin command -v nginx >/dev/null; then
		n=$((n + 1))
		echo "ok $n - $target # SKIP nginx is not installed"
		continue
	fi
	began=$SECONDS
	"$bin/ccprobe" run --live --suite "$root" --target "$target" --report "json=$scratch/report" live >"$scratch/out" 2>&1
	check $? "$target: all live cases pass"
	[ "$(verdicts "$scratch/report" | grep -c ' pass$')" -ge 20 ]
	check $? "$target: they are twenty and more"
	[ $((SECONDS - began)) -lt 240 ]
	check $? "$target: in less than four minutes ($((SECONDS - began)) s)"
done

# A budget that is spent, as both refusals that there are.
mkdir "$scratch/402" && cp "$root"/targets/bundled-pool/* "$scratch/402/"
sed -i '0,/"keys": \[/s//"over_budget": 402, &/' "$scratch/402/ccgate.json.in"
pools=("$root/targets/bundled-pool" "$scratch/402")
[ $# -eq 0 ] || pools=()
for pool in ${pools[@]+"${pools[@]}"}; do
	"$bin/ccprobe" run --live --suite "$root" --target "$pool/target.json" live/budget-spent --keep all --out "$scratch/logs" \
		>"$scratch/out" 2>&1 && zgrep -q '"actor":"c2".*"status":'"$([ "$pool" = "$scratch/402" ] && echo 402 || echo 429)" \
		"$scratch/logs/live.budget-spent.jsonl.gz"
	check $? "${pool##*/}: the user reads that the budget is spent"
done

# ---- faults ----

while IFS=': ' read -r fault cases; do
	case $fault in '#'* | '') continue ;; esac
	[ $# -eq 0 ] || grep -qxF -- "$fault" <(printf '%s\n' "$@") || continue
	case $fault in key-*) target=pool ;; *) target=target ;; esac
	CCPROBE_FAULT=$fault "$bin/ccprobe" run --live --suite "$root" --target "$root/tests/faults/$target.json" --again 0 \
		--pool-wait 2 --report "json=$scratch/report" $(printf 'live/%s ' $cases) >"$scratch/out" 2>&1
	for name in $cases; do
		verdicts "$scratch/report" | grep -qx "live/$name fail"
		check $? "$fault fails live/$name"
	done
done <"$root/tests/extra/live.txt"

if [ $# -eq 0 ]; then
	sed -n 's/^[a-z0-9-]*: //p' "$root/tests/extra/live.txt" | tr ' ' '\n' | sed 's|^|live/|' | sort >"$scratch/named"
	sort <<<"$all" | comm -3 - "$scratch/named" >"$scratch/out"
	[ ! -s "$scratch/out" ]
	check $? "each live case is named for a fault, once"
fi
echo "1..$n"
exit $failed
