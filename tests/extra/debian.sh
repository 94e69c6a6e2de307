# The smallest Debian 12 there is, in the folder $root, for tests that want nothing
# installed. Sourced; the caller has give_up, which ends it.

# The server that this machine has its packages from; none: debootstrap's own.
mirror() {
	apt-get indextargets --format '$(RELEASE) $(SITE)' 2>/dev/null |
		sed -n 's/^bookworm //p' | head -n 1
}

make_root() {
	local log=$root.log from
	[ "$(id -u)" -eq 0 ] || give_up "needs root, to make a root folder"
	command -v debootstrap >/dev/null || give_up "needs debootstrap: apt-get install debootstrap"
	from=$(mirror)
	# shellcheck disable=SC2086 # no server: no argument
	debootstrap --variant=minbase bookworm "$root" $from >"$log" 2>&1 || {
		tail -n 5 "$log" >&2
		rm -f "$log"
		give_up "debootstrap could not make a Debian 12 (see above)"
	}
	rm -f "$log"
	apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|Check|Retries)' \
		>"$root/etc/apt/apt.conf.d/90-as-here" || :
}

# Commands in it see their own processes, which end with the first of them.
inside() {
	unshare --mount --pid --fork --kill-child bash -c '
		root=$1
		shift
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || :
		exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			LANG=C.UTF-8 TERM=dumb "$@"' inside "$root" "$@"
}
