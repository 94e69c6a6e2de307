# Functions and variables of the packaging scripts, which source this file.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -nE 's/^project\(ccprobe VERSION ([0-9.]+) .*/\1/p' "$project/CMakeLists.txt")
build=$project/build/package
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Files in packages have the time of the last commit, so that two packages of one
# commit are equal; without git the time of CHANGES.md.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$project" log -1 --format=%ct 2>/dev/null ||
	stat -c %Y "$project/CHANGES.md")}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# need COMMAND PACKAGE...: status 3 without it
need() {
	command -v "$1" >/dev/null || {
		say "$1 is missing; install $2"
		exit 3
	}
}

# Builds the programs without the path of the source tree in them.
build_programs() {
	local launcher
	launcher=$(command -v ccache || true)
	if ! { cmake -S "$project" --preset package -DCMAKE_C_COMPILER_LAUNCHER="$launcher" &&
		cmake --build "$build"; } >"$scratch/build.log" 2>&1; then
		tail -n 30 "$scratch/build.log" >&2
		say "the package build failed (see above)"
		exit 1
	fi
}

# stage FOLDER: installs below the folder
stage() {
	cmake --install "$build" --prefix "$1" --strip >"$scratch/install.log"
	chmod -R u=rwX,go=rX "$1" # whatever the checkout's own are
	find "$1" -type d -empty -delete
}

# same_times FOLDER: everything in it is as old as the commit
same_times() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# installed: builds and installs into $scratch/prefix, for npm and PyPI
installed() {
	build_programs
	stage "$scratch/prefix"
}
