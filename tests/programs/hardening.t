#!/usr/bin/env bash
# Are the programs built to make an attack harder? Read off the files themselves.
. "$(dirname "$0")/lib.sh"

if nm "$bin/ccgate" 2>/dev/null | grep -qE '__asan_init|__tsan_init'; then
	echo '1..0 # skip a build with a sanitizer is not what users run'
	exit 0
fi

# has_line TITLE PATTERN COMMAND...: the command prints such a line.
has_line() {
	local title=$1 pattern=$2
	shift 2
	run "$@"
	grep -qE -- "$pattern" "$scratch/out"
	result $? "$title"
}

for program in ccprobe ccmock ccgate; do
	file=$bin/$program
	has_line "$program: its addresses differ in each run (PIE)" \
		'FLAGS_1.*PIE' readelf -d "$file"
	has_line "$program: its tables are made at the start" \
		'FLAGS.*BIND_NOW|FLAGS_1.*NOW' readelf -d "$file"
	has_line "$program: and cannot be written to then (RELRO)" \
		'GNU_RELRO' readelf -lW "$file"
	has_line "$program: nothing on the stack is run" \
		'GNU_STACK .* RW ' readelf -lW "$file"
	has_line "$program: a stack that was written over is noticed" \
		'__stack_chk_fail' nm -D "$file"
	has_line "$program: string functions know the room they have" \
		'__[a-z]*printf_chk' nm -D "$file"
	if [ "$(uname -m)" = x86_64 ]; then
		has_line "$program: jumps land where functions begin" \
			'endbr64' objdump -d --disassemble=main "$file"
	fi
done

end
