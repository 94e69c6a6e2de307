#!/usr/bin/env bash
# How the tree must look: formatting, layers, banned calls, sizes, left-overs.
cd "${CCPROBE_ROOT:?the folder of the project}" || exit 1
shopt -s lastpipe # point() counts, so it must not run in a subshell
sources() { git ls-files '*.c' '*.h' 2>/dev/null; }

n=0
# point NAME: reads complaints from stdin; none is a pass.
point() {
	local complaints
	complaints=$(cat)
	n=$((n + 1))
	if [ -z "$complaints" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$complaints" | head -n 40 | sed 's/^/# /'
	fi
}

if command -v clang-format >/dev/null; then
	sources | xargs clang-format --dry-run 2>&1 | grep -E 'warning|error' |
		cut -d: -f1 | sort | uniq -c | point "clang-format has nothing to say"
else
	n=$((n + 1))
	echo "ok $n - clang-format # SKIP clang-format is not installed"
fi

# What a room may include besides itself, as docs/architecture.md draws it: a
# folder, or one header. What is not named here has no arrow.
arrows() {
	cat <<-'END'
	wire/bytes
	wire/json              wire/bytes
	wire/http              wire/bytes wire/json
	wire/log               wire/bytes wire/json wire/http
	wire/prompt            wire/bytes wire/json
	wire/scrub             wire/bytes wire/json wire/http
	wire/manual            wire/bytes
	formats                wire
	net                    wire
	net/serve              wire net
	mockupstream           wire formats net net/serve mockupstream/inspect mockupstream/say mockupstream/dialects mockupstream/dialects/chat mockupstream/dialects/cloud mockupstream/dialects/responses
	mockupstream/inspect   wire net net/serve mockupstream
	mockupstream/say       wire formats mockupstream
	mockupstream/dialects  wire net mockupstream mockupstream/values
	mockupstream/dialects/chat  wire formats mockupstream/say mockupstream/dialects
	mockupstream/dialects/cloud  wire mockupstream mockupstream/say mockupstream/dialects
	mockupstream/dialects/responses  wire formats mockupstream/say mockupstream/dialects mockupstream/dialects/chat
	mockupstream/values    wire
	gateway                wire net net/serve gateway/translate gateway/bridge gateway/pool gateway/keys gateway/ledger gateway/meter gateway/faults/faults.h
	gateway/pool           wire net net/serve gateway gateway/translate gateway/bridge gateway/keys
	gateway/translate      wire
	gateway/bridge          wire
	gateway/keys            wire net gateway/pool/wish.h
	gateway/ledger          wire net net/serve gateway/bridge gateway/keys
	gateway/meter           wire net gateway gateway/keys gateway/ledger gateway/pool
	gateway/faults         wire net gateway gateway/pool gateway/ledger
	gateway/faults/pool    wire net gateway gateway/pool gateway/faults
	gateway/faults/keys    wire net gateway gateway/faults gateway/ledger
	gateway/faults/cloud   wire net gateway gateway/faults
	gateway/faults/translate  wire net gateway gateway/faults
	reports                wire
	reports/html           wire reports
	reports/summary        wire reports
	probe/look             wire formats
	probe/suite            wire formats mockupstream mockupstream/say reports/verdict.h probe/look probe/suite/keys
	probe/suite/keys       wire
	probe/suite/choose     wire formats probe/suite
	probe/judge            wire reports probe/look probe/suite
	probe/refusal          wire net mockupstream/dialects/betas.h reports/verdict.h
	probe/causes           wire reports probe/look probe/judge probe/refusal
	probe/settings         wire net probe/refusal
	probe/pass             wire net net/serve
	probe/child            wire net
	probe/live             wire net net/serve mockupstream probe/suite probe/pass probe/child
	probe/run              wire formats net mockupstream reports probe/look probe/suite probe/suite/keys probe/judge probe/causes probe/refusal probe/live probe/child probe/run/keep probe/run/preflight probe/run/tell
	probe/run/preflight    wire formats probe/look probe/suite
	probe/run/tell         wire reports
	probe/run/keep         wire mockupstream reports probe/look probe/suite probe/run
	probe/after            wire reports probe/look probe/suite probe/judge probe/run probe/run/keep
	probe/doctor           wire net reports probe/suite probe/refusal probe/settings probe/run probe/run/preflight
	probe/doctor/steps     wire net probe/doctor probe/look probe/refusal
	probe/doctor/listen    wire net net/serve probe/doctor probe/pass probe/refusal
	probe/drift            wire probe/suite
	probe/bench            wire net reports/markup.h probe/suite probe/refusal probe/child probe/run
	probe/inspect          wire net mockupstream/inspect reports probe/suite probe/run
	probe/matrix           wire reports
	bench                  wire net probe/bench
	probe/record           wire net net/serve mockupstream probe/pass
	probe/bisect           wire net reports probe/suite probe/judge probe/refusal probe/settings probe/run probe/after
	probe/command          wire formats net mockupstream reports probe
	probe/command/bench    wire net probe
	probe/command/guide    wire formats reports probe/suite probe/command
	END
}

# Prints each include against the arrows, and each folder that has none.
against_arrows() {
	git ls-files '*.c' '*.h' | grep -v '^tests/' | xargs grep -HE '^#include "' |
		awk -v table="$(arrows)" '
		function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
		BEGIN {
			rows = split(table, row, "\n")
			for (i = 1; i <= rows; i++) {
				n = split(row[i], word, " ")
				known[word[1]] = 1
				for (k = 1; k <= n; k++)
					may[word[1]] = may[word[1]] " " word[k]
			}
		}
		{
			from = $0; sub(/:.*/, "", from)
			to = $0; sub(/^[^"]*"/, "", to); sub(/".*/, "", to)
			room = folder(from)
			if (!(room in known)) {
				print room ": a folder without a row of arrows"
				next
			}
			n = split(may[room], word, " ")
			for (k = 1; k <= n; k++)
				if (to == word[k] || folder(to) == word[k] ||
				    (word[k] ~ /^(wire|probe)$/ && index(to, word[k] "/") == 1))
					next
			print from ": may not include " to
		}' | sort -u
}
against_arrows | point "includes go along the arrows"

# A planted include against the arrows must be found.
{
	planted=$(mktemp -d)
	mkdir -p "$planted/wire/bytes" && git -C "$planted" init -q
	echo '#include "probe/run/runner.h"' >"$planted/wire/bytes/planted.c"
	git -C "$planted" add wire
	(cd "$planted" && against_arrows) | grep -qx 'wire/bytes/planted.c: may not include probe/run/runner.h' ||
		echo "a planted include of probe/run/runner.h in wire/bytes was not found"
	rm -rf "$planted"
} | point "an include against the arrows is found"

perl tests/names.pl "${CCPROBE_BIN:?the folder of the programs}" 2>&1 |
	point "names begin with their stem, tags are unique"

# planted NAME: a tree with one object that defines NAME, and what is said of it
planted() {
	local tree
	tree=$(mktemp -d)
	mkdir -p "$tree/net" "$tree/build/net/CMakeFiles/net.dir" && git -C "$tree" init -q
	printf '#include "net/loop.h"\nint %s(void)\n{\n\treturn 0;\n}\n' "$1" >"$tree/net/loop.c"
	printf 'struct tag { int a; };\nint %s(void);\n' "$1" >"$tree/net/loop.h"
	echo 'struct tag { int b; };' >"$tree/net/dial.c"
	"${CC:-cc}" -I"$tree" -c "$tree/net/loop.c" -o "$tree/build/net/CMakeFiles/net.dir/loop.c.o"
	git -C "$tree" add net
	(cd "$tree" && perl "$OLDPWD/tests/names.pl" build)
	rm -rf "$tree"
}
{
	planted looped | grep -q '^net/loop.c: looped ' || echo "looped in loop.c was not found"
	planted loop_first | grep '^net/loop.c' # a complaint about it is one
	planted tag_of | grep '^net/loop.c'
	planted loop_first | grep -qx 'tag tag is defined more than once: net/dial.c net/loop.h' ||
		echo "a tag in two files was not found"
} | point "a name without its stem and a tag in two files are found"

perl tests/circles.pl "$CCPROBE_BIN" 2>&1 |
	point "no circles of files, and nothing that only tests call"

# round FIRST SECOND [MARK]: what is said of two files of which each defines a
# function, with these values, and of a header with this mark at the second one
round() {
	local tree room file
	tree=$(mktemp -d)
	mkdir -p "$tree"/{net,tests} "$tree"/build/{net/CMakeFiles/net.dir,tests/CMakeFiles/tests.dir}
	printf 'int dial_a(void);\nint loop_a(void); %s\n' "${3-}" >"$tree/net/all.h"
	printf '#include "net/all.h"\nint dial_a(void)\n{\n\treturn %s;\n}\n' "$1" >"$tree/net/dial.c"
	printf '#include "net/all.h"\nint loop_a(void)\n{\n\treturn %s;\n}\n' "$2" >"$tree/net/loop.c"
	printf '#include "net/all.h"\nint main(void)\n{\n\treturn dial_a() + loop_a();\n}\n' >"$tree/tests/t.c"
	for file in net/dial net/loop tests/t; do
		room=${file%/*}
		"${CC:-cc}" -I"$tree" -c "$tree/$file.c" \
			-o "$tree/build/$room/CMakeFiles/$room.dir/${file#*/}.c.o"
	done
	git -C "$tree" init -q && git -C "$tree" add net tests
	(cd "$tree" && perl "$OLDPWD/tests/circles.pl" build)
	rm -rf "$tree"
}
{
	round 'loop_a()' 'dial_a()' | grep -qx 'a circle of files: net/dial.c net/loop.c' ||
		echo "a circle of two files was not found"
	round 'loop_a()' 1 | grep 'circle' # a complaint about it is one
	round 'loop_a()' 1 | grep -qx 'net/dial.c: dial_a is called by tests only' ||
		echo "a function that only a test calls was not found"
	round 1 1 '/* for tests */' | grep 'loop_a'
	round 'loop_a()' 1 '/* for tests */' |
		grep -qx 'net/all.h: loop_a is for tests, and others call it' ||
		echo "a mark that is not true was not found"
} | point "a circle and a function that only a test calls are found"

for folder in $(git ls-files '*.c' | grep -v '^tests/' | xargs -n1 dirname | sort -u); do
	count=$(git ls-files "$folder/*.c" | grep -c "^$folder/[^/]*$")
	[ "$count" -le 25 ] || echo "$folder: $count files"
done | point "no folder holds more than 25 C files"

# header FOLDER...: an outside header is seen in these files only
only() {
	local header=$1
	shift
	sources | xargs grep -lF "#include <$header" | grep -vxE "$1"
}
{
	only gnutls/ 'net/serve/serve_tls.c|net/sha256.c|net/sigv4.c|tests/.*'
	only sqlite3.h 'gateway/ledger/store.c|tests/.*'
	only curl/ 'net/.*|tests/.*'
	only pcre2.h 'wire/bytes/pattern.c'
	only zlib.h 'mockupstream/coding.c|wire/http/(decode|event_stream(_write)?).c|probe/suite/gzfile.c|tests/.*'
	only brotli/ 'mockupstream/coding.c|wire/http/decode.c|tests/.*'
	only zstd.h 'mockupstream/coding.c|wire/http/decode.c|tests/.*'
} | point "each outside library is seen in one place"

# libcurl's words differ from version to version: see net/fetch_words.c.
sources | grep '^net/' | xargs grep -nE 'ft->error|curl_easy_strerror' |
	grep -vE '^net/fetch_words.c:|CURLOPT_ERRORBUFFER' |
	point "the words of libcurl come in by one function"

# What is known is a value beside the text; the text is printed.
sources | grep -v '^tests/' |
	xargs grep -nE '\b(str(case)?str|sscanf|strn?(case)?cmp|memmem|span_(find|is|starts|ends))\(' |
	grep -E '(end_text|\b(f|why|inner|fail|x|got|end|p|s)(\.|->)(fail\.)?text|->(fix|headline))\b' |
	point "no decision is made of a message"

sources | grep -v '^tests/' |
	xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|system|popen|tmpnam|usleep|sleep|alloca)\(' |
	point "no banned function is called"

sources | xargs grep -nE '.{101,}' | cut -c1-120 |
	point "no line is over 100 columns"

# CONTRIBUTING.md names the limits, once.
read -r most most_of_tests < <(tr '\n' ' ' <CONTRIBUTING.md |
	sed -nE 's|.*A C file has +at most ([0-9]+) lines, one under `tests/` ([0-9]+);.*|\1 \2|p')
if [ -n "${most_of_tests-}" ]; then
	sources | xargs wc -l | awk -v most="$most" -v of_tests="$most_of_tests" '$2 == "total" { next }
		$1 > ($2 ~ /^tests\// ? of_tests : most) { print $2 ": " $1 " lines" }'
else
	echo "CONTRIBUTING.md does not say how many lines a C file may have"
fi | point "no C file has more lines than CONTRIBUTING.md says"

# A unit test that no list names would never be built.
unit_files() {
	git ls-files 'tests/unit/t_*.c' | sed 's|^tests/unit/t_||; s|\.c$||' | sort
}
unit_lists() {
	awk '/^unit_tests\(/ { on = 1; next }
		on { n = split($0, word, /[ )]+/); for (i = 1; i <= n; i++) if (word[i] != "") print word[i] }
		/\)/ { on = 0 }' tests/unit/CMakeLists.txt | sort
}
diff <(unit_files) <(unit_lists) | sed -n 's/^< \(.*\)/tests\/unit\/t_\1.c is in no list of tests\/unit\/CMakeLists.txt/p
	s/^> \(.*\)/tests\/unit\/CMakeLists.txt: there is no t_\1.c, or it is there twice/p' |
	point "each unit test is in a list, once ($(unit_files | wc -l))"

# tests/mutate refuses to start when a line of these fits no file any more.
tests/mutate --check 2>&1 | point "tests/mutate.map and tests/mutate.same fit the code"

# tests/run gives ThreadSanitizer what has threads: ccgate, and unit tests that
# begin some.
sources | grep -vE '^(gateway|tests)/' | xargs grep -nE '\b(pthread_create|thrd_create)\(' |
	point "threads are begun in gateway/ alone"

sources | xargs grep -nwE 'TODO|FIXME|XXX|HACK' | point "no left-over marks"

git grep -nIE '(/work/|/root/|/home/[a-z]+/(src|work))' -- ':!fixtures' ':!tests/style.t' ':!tests/fuzz/corpus' |
	cut -c1-160 | point "no machine paths"

git grep -nIE 'sk-(ant|or)-[A-Za-z0-9_-]{16,}' -- ':!tests' |
	cut -c1-120 | point "nothing that looks like a credential"

echo "1..$n"
