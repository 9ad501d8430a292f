#!/usr/bin/env bash
# A stranger's path, in a root file system that has never heard of us: install the packages, run a command
# under a lock, compile README's example with README's two lines of CMake, and run it. What is typed stands
# in README and is taken from there, word for word. Needs root, debootstrap and a mirror of Debian.
# Usage: stranger.sh SOURCE_DIRECTORY PACKAGES_DIRECTORY (with the .deb of `cpack`)
set -euo pipefail
source=$1 packages=$2
mirror=${LEASEHOLD_MIRROR:-http://deb.debian.org/debian}
readme=$source/README.md

# In a mount namespace of our own: what is mounted goes with it.
if [[ ${STRANGER_APART:-} != yes ]]; then
  STRANGER_APART=yes exec unshare --mount "$0" "$@"
fi
work=$(mktemp -d)
root=$work/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'stranger: %s\n' "$*" >&2
  exit 1
}

# Its lines of code that begin so, without the indentation.
lines_of_readme() { sed -n "s/^    \\($1 .*\\)/\\1/p" "$readme"; }
# The block of README that is fenced as this language.
block_of_readme() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$readme" | sed '1d;$d'; }
inside() { chroot "$root" env -i HOME=/home PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive bash -euc "cd /home && $1"; }

say "a clean root file system"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  fail "debootstrap failed"
}
mount -t proc proc "$root/proc"
mkdir -p "$root/home/build/release/packages"
cp "$packages"/*.deb "$root/home/build/release/packages"
# A stranger says yes.
printf '%s\n' 'APT::Get::Assume-Yes "true";' 'APT::Install-Recommends "false";' >"$root/etc/apt/apt.conf.d/99yes"
# What who writes C++ has.
inside "apt-get install cmake g++ make" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  fail "no compiler could be installed"
}

say "install"
install=$(lines_of_readme 'apt-get install')
[[ $(wc -l <<<"$install") -eq 1 && -n $install ]] || fail "README says not once how the packages are installed"
inside "$install" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  fail "'$install' failed"
}

say "a command under the lock"
run=$(lines_of_readme 'leasehold run')
others=$(lines_of_readme 'leasehold' | grep -vxF "$run")
[[ $(wc -l <<<"$run") -eq 1 && $(wc -l <<<"$others") -ge 5 ]] || fail "README shows no longer one run and its five sisters"
# While it is held, everything else that README shows, and what each is to answer.
{
  echo 'set -u; echo "deployed under term $LEASEHOLD_TERM"'
  echo 'expect() { [[ $1 -eq $2 ]] || { echo "exit code $1, not $2"; exit 1; }; }'
  while IFS= read -r line; do
    printf 'echo "$ %s"\n' "${line%% #*}"
    case $line in
      'leasehold watch '*) printf '(timeout 3 %s\n) | head -n 1 | grep " held " || exit 1\n' "$line" ;;
      # It names a term that is not this one's.
      'leasehold release '*) printf '%s\nexpect $? 1\n' "$line" ;;
      *) printf '%s\nexpect $? 0\n' "$line" ;;
    esac
  done <<<"$others"
} >"$root/home/deploy.sh"
sed -i '1i #!/bin/bash' "$root/home/deploy.sh"
chmod +x "$root/home/deploy.sh"
inside "$run" || fail "'$run' failed: $?"

say "the example"
mkdir "$root/home/app"
block_of_readme cpp >"$root/home/app/app.cc"
{
  printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(app CXX)' 'add_executable(app app.cc)'
  block_of_readme cmake
} >"$root/home/app/CMakeLists.txt"
[[ $(block_of_readme cmake | wc -l) -eq 2 ]] || fail "README's CMake is no longer two lines"
inside "cmake -S app -B app/build >/dev/null && cmake --build app/build >/dev/null && app/build/app" | tee "$work/said"
grep -qx 'step 3 under term 1' "$work/said" || fail "the example did not say what it says in README's tests"
say "a stranger gets there"
