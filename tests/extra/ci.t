#!/usr/bin/env bash
# action.yml step by step, and the recipes of docs/ci.md as they stand there: GitLab's by gitlab-ci-local, the
# shell steps of Jenkins' in order. Only the place of ccprobe is filled in, which
# is built already, and a gateway, which is ccgate.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${CCPROBE_BIN:-$root/build/check}

# Ports of their own: the recipes name theirs.
if [ "${CCPROBE_EXTRA_NETNS-}" != done ]; then
	if [ ! -x "$root/build/extra/node_modules/.bin/gitlab-ci-local" ]; then
		mkdir -p "$root/build/extra"
		npm install --silent --no-audit --no-fund --prefix "$root/build/extra" gitlab-ci-local@4.61.1 >&2 || {
			echo '1..0 # SKIP gitlab-ci-local cannot be installed here'
			exit 0
		}
	fi
	command -v rsync >/dev/null || {
		echo '1..0 # SKIP gitlab-ci-local needs rsync'
		exit 0
	}
	unshare -n true 2>/dev/null || {
		echo '1..0 # SKIP no network of its own here'
		exit 0
	}
	CCPROBE_EXTRA_NETNS=done exec unshare -n bash -c 'ip link set lo up; exec "$0"' "$0"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
count=0
failed=0
result() {
	count=$((count + 1))
	[ "$1" -eq 0 ] && echo "ok $count - $2" && return
	failed=1
	echo "not ok $count - $2"
	tail -n 30 "$scratch/out" | sed 's/^/# /'
}
# recipe LANGUAGE: the block of docs/ci.md, with ccprobe that is here. What it installs
# has to be there already.
recipe() {
	awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```/ { on = 0 } on' "$root/docs/ci.md" |
		sed -e "s|git clone URL/ccprobe && ccprobe/quickstart build|ln -sfn $root ccprobe|" \
			-e 's|apt-get update && apt-get install -y|dpkg-query -W|'
}
# project NAME [OPTION]: a repository with a gateway
project() {
	mkdir "$scratch/$1" && cd "$scratch/$1" || exit 1
	git init -q -b main .
	printf '#!/bin/sh\nexec %s --listen 127.0.0.1:4000 --upstream "$ANTHROPIC_BASE_URL" --upstream-key sk-up-key-1 --key %s %s\n' \
		"$bin/ccgate${2:+-faulty}" sk-a-key-the-gateway-takes "${2-}" >gateway.in
	chmod +x gateway.in
	printf 'gateway:\n\tcp gateway.in $@\n' >Makefile
	git add Makefile gateway.in
	git -c user.name=t -c user.email=t@localhost commit -qm gateway
}
export INPUT_BIN=$bin INPUT_ARGS='errors/status-kept stream/ends'

gitlab() {
	recipe yaml >.gitlab-ci.yml
	git add .gitlab-ci.yml
	"$root/build/extra/node_modules/.bin/gitlab-ci-local" --force-shell-executor \
		--variable INPUT_BIN="$bin" --variable "INPUT_ARGS=$INPUT_ARGS" claude-code >"$scratch/out" 2>&1 </dev/null
}
# Each step in a shell of its own, as Jenkins does; the first that fails ends it.
jenkins() {
	recipe groovy >Jenkinsfile
	local variable step
	while IFS= read -r variable; do export "${variable?}"; done < <(sed -n "s/^ *\(INPUT_[A-Z]*\) = '\(.*\)'$/\1=\2/p" Jenkinsfile)
	while IFS= read -r step; do
		sh -xe -c "$step" >>"$scratch/out" 2>&1 </dev/null || return
	done < <(sed -n "s/^ *sh '\(.*\)'$/\1/p" Jenkinsfile)
}

for system in gitlab jenkins; do
	: >"$scratch/out"
	project "$system-good"
	$system
	result $? "$system: a gateway that conforms"
	junit=$(find "$scratch/$system-good" -name junit.xml | head -n 1)
	grep -q 'failures="0" errors="0"' "${junit:-/dev/null}"
	result $? "$system: JUnit without a failure"
	: >"$scratch/out"
	project "$system-bad" '--fault error-as-200'
	! $system && grep -q 'FAIL ' "$scratch/out"
	result $? "$system: a gateway that does not"
	junit=$(find "$scratch/$system-bad" -name junit.xml | head -n 1)
	grep -q '<failure' "${junit:-/dev/null}"
	result $? "$system: JUnit with the failure"
done
# ---- action.yml: each step, in a clone, as a job runs it ----

mapfile -t steps < <(sed -n "s/^      run: '\(.*\)'$/\1/p" "$root/action.yml")
[ ${#steps[@]} -eq "$(grep -c '^    - name: ' "$root/action.yml")" ]
result $? "action.yml: every step is found (${#steps[@]})"
git clone -q "$root" "$scratch/action"
project job
make -s gateway
unset INPUT_BIN
export GITHUB_ACTIONS=true GITHUB_ACTION_PATH=$scratch/action GITHUB_STEP_SUMMARY=$scratch/summary GITHUB_OUTPUT=$scratch/output \
	INPUT_GATEWAY=http://127.0.0.1:4000 INPUT_KEY=sk-a-key-the-gateway-takes \
	INPUT_START='ANTHROPIC_BASE_URL=http://127.0.0.1:8473 ./gateway --port 4000'
for step in "${steps[@]}"; do
	bash --noprofile --norc -eo pipefail -c "$step" >"$scratch/out" 2>&1 </dev/null
	result $? "action.yml: $step"
done
grep -q 'status=0' "$scratch/output" && grep -q '^## Claude Code through' "$scratch/summary"
result $? 'action.yml: its outputs and the summary of the job'
echo "1..$count"
exit $failed
