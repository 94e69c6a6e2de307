#!/usr/bin/env bash
# The strict provider takes all that the client was seen to send in its cloud modes:
# also what is in the archive alone, such as the ladder of models after a refusal.
root=${CCPROBE_ROOT:?the folder of the project}
bin=${CCPROBE_BIN:?the folder of the programs}
command -v xz >/dev/null || {
	echo "1..0 # SKIP xz is not installed, which the archive of recordings needs"
	exit 0
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tar -xJf "$root/fixtures/cloud-2.1.332.tar.xz" -C "$scratch" || exit 1
echo 1..2
if "$bin/unit/unit-cloud_recorded" "$scratch" >"$scratch/out" 2>&1 &&
	grep -qx '# 449 requests' "$scratch/out"; then
	echo "ok 1 - 449 recorded requests are taken"
else
	echo "not ok 1 - 449 recorded requests are taken"
	sed 's/^/# /' "$scratch/out"
fi
# What cases use is a part of it.
if (cd "$root/fixtures/cloud" && find . -type f -print0 | xargs -0 sha256sum) |
	(cd "$scratch" && sha256sum --quiet --check -) >"$scratch/out" 2>&1; then
	echo "ok 2 - fixtures/cloud has the same bytes"
else
	echo "not ok 2 - fixtures/cloud has the same bytes"
	sed 's/^/# /' "$scratch/out"
fi
