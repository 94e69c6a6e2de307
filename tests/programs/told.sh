# Whole outputs of a script, compared with told/SCRIPT.txt beside it.
# UPDATE_GOLDEN=1 rewrites that: read the difference before it is committed.
# Sourced behind lib.sh.

told=$root/tests/programs/told/$(basename "$0" .t).txt

# Ports, times, identities and places differ from run to run.
alike() {
	sed -E -e "s#$scratch#SCRATCH#g; s#$root#ROOT#g; s#\r\$##" \
		-e 's#(127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0):[0-9]{4,5}#\1:PORT#g' \
		-e 's#\b[0-9]{2}:[0-9]{2}:[0-9]{2}\b#HH:MM:SS#g' \
		-e 's#[0-9]+(\.[0-9]+)? (ms|µs|s)\b#N \2#g' \
		-e 's#req_[0-9A-Za-z_]+#REQUEST#g; s#probe-[0-9a-f]+#MARK#g' \
		-e 's#(signature\\?":\\?")[A-Za-z0-9+/=]+#\1SIGNATURE#g' \
		-e 's#(are recorded; there are: ).*#\1RELEASES#' \
		-e 's#(no connection|no answer|is not HTTP|no TLS connection): .*#\1: WORDS#; s#(closed [a-z'"'"' ]+): [^;]*#\1: WORDS#g; s#<credential, [^>]*>#CREDENTIAL#g'
}

# tell TITLE FILE...: notes what is in the files, without the lines that are
# also in $scratch/usual
tell() {
	local title=$1
	shift
	touch "$scratch/usual"
	{
		printf '== %s\n' "$title"
		cat -- "$@" | alike | grep -vxFf "$scratch/usual"
		echo
	} >>"$scratch/told"
}

# usual FILE...: lines that are not noted from here on
usual() { cat -- "$@" | alike | sed '/^$/d' >"$scratch/usual"; }

# is_told TITLE: all that was noted is as the file has it
is_told() {
	if [ -n "${UPDATE_GOLDEN-}" ]; then
		cp "$scratch/told" "$told"
	fi
	status=0
	diff -u "$told" "$scratch/told" >"$scratch/out" 2>"$scratch/err" || status=$?
	is 0 "$1"
}
