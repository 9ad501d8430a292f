#!/usr/bin/env bash
# One seed is one history, whatever compiled the simulator. Builds leasehold-sim in nine ways: three
# compilers with their standard libraries, three optimisation levels, a third of them with the address
# and undefined-behaviour sanitizers: in fewer not every two of compiler, level and sanitizers meet,
# and g++ takes four times as long as clang to optimise what it sanitizes. All run the same worlds
# and stories, each twice, and must print the same hashes.
# Usage: determinism_builds.sh ROOT JOBS [SEEDS]
set -euo pipefail
export LC_ALL=C
cd "$1"
jobs=$2 seeds=${3:-200}
profiles=(ci tight)
out=build/determinism
reference=''
broken=0

# name, compiler, flags, sanitized or not: three rows of three.
builds=(
  'gcc-O0-san      gcc   -O0 sanitized'
  'clang-O0        clang -O0'
  'libcxx-O0       clang -O0 -stdlib=libc++'
  'gcc-O2          gcc   -O2'
  'clang-O2-san    clang -O2 sanitized'
  'libcxx-O2       clang -O2 -stdlib=libc++'
  'gcc-O3          gcc   -O3'
  'clang-O3        clang -O3'
  'libcxx-O3-san   clang -O3 -stdlib=libc++ sanitized'
)

say() { printf '%s\n' "$*"; }
fail() {
  say "determinism: $*" >&2
  exit 1
}

[[ $seeds =~ ^[1-9][0-9]*$ ]] || fail "seeds: found \"$seeds\"; accepted: how many, as in 200"

# quietly LOG COMMAND...: its output is shown if it fails.
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 && return
  tail -n 40 "$log" >&2
  fail "failed: $*"
}

# build NAME COMPILER FLAG...
build() {
  local name=$1 compiler=$2 flags='' flag
  shift 2
  for flag in "$@"; do
    [[ $flag != sanitized ]] || flag='-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
    flags+="${flags:+ }$flag"
  done
  # Several sources at a time: most of the time goes into the headers that they have in common.
  local options=(-DCMAKE_UNITY_BUILD=ON -DCMAKE_BUILD_TYPE= "-DCMAKE_CXX_FLAGS=$flags" -DLEASEHOLD_BUILD_TESTS=OFF
    -DLEASEHOLD_BUILD_CLI=OFF -DLEASEHOLD_INSTALL=OFF)
  case $compiler in
    gcc) options+=(-DCMAKE_CXX_COMPILER=g++) ;;
    clang) options+=(--toolchain "$PWD/cmake/clang.cmake") ;;
  esac
  mkdir -p "$out/$name"
  quietly "$out/$name/configure.log" cmake -S . -B "$out/$name" -G Ninja "${options[@]}"
  quietly "$out/$name/build.log" cmake --build "$out/$name" -j "$jobs" --target leasehold-sim
}

# What a line of hashes is of, as arguments: "HASH  ALGORITHM  FILE", or for a world that was drawn
# "HASH  ALGORITHM  profile PROFILE AUTHORITY seed N".
arguments_of() {
  local algorithm=$2
  shift 2
  if [[ ${1:-} == profile ]]; then
    say "sweep --algorithm $algorithm --profile $2 --authority $3 --seeds $5..$5"
  else
    say "replay --algorithm $algorithm $*"
  fi
}

hashes_of() {
  local name=$1 sim=$out/$1/bin/leasehold-sim profile
  for profile in "${profiles[@]}"; do
    listed "$name" "$sim" sweep --hash --jobs "$jobs" --seeds "1..$seeds" --profile "$profile"
  done
  listed "$name" "$sim" replay --hash scenarios
}

# listed NAME COMMAND...: a build that differs may well break something; where, is told by the hashes.
listed() {
  local name=$1 code=0
  shift
  "$@" || code=$?
  case $code in
    0) ;;
    1 | 2) [[ -n $reference ]] || fail "$name: $*: ended with $code: nothing to compare with" ;;
    4) fail "$name: $*: two runs gave two histories" ;;
    *) fail "$name: $*: ended with $code" ;;
  esac
}

# The first line that the two have not in common, and the first event in which that history differs.
show_difference() {
  local name=$1 line arguments one
  line=$(diff --unchanged-line-format= --old-line-format='%L' --new-line-format='%L' \
    "$out/$reference.txt" "$out/$name.txt" | sed -n 1p || true)
  say "DIFFERS: $name from $reference, first in:${line#* }"
  # shellcheck disable=SC2086 # a line of words
  arguments=$(arguments_of $line)
  for one in "$reference" "$name"; do
    say "  $out/$one/bin/leasehold-sim ${arguments/ / --trace } >$one.trace"
    # shellcheck disable=SC2086
    "$out/$one/bin/leasehold-sim" ${arguments/ / --trace } >"$out/$one.trace" || true
  done
  say "  $out/$reference/bin/leasehold-sim diff $reference.trace $name.trace"
  "$out/$reference/bin/leasehold-sim" diff "$out/$reference.trace" "$out/$name.trace" || true
}

printf '%-14s %8s %6s %8s  %s\n' build 'built, s' 'run, s' worlds 'hash of all hashes'
for row in "${builds[@]}"; do
  read -r -a words <<<"$row"
  name=${words[0]}
  began=$SECONDS
  build "${words[@]}"
  built=$((SECONDS - began)) began=$SECONDS
  hashes_of "$name" >"$out/$name.txt"
  [[ -s $out/$name.txt ]] || fail "$name printed no hashes"
  printf '%-14s %8s %6s %8s  %.32s\n' "$name" "$built" $((SECONDS - began)) \
    "$(wc -l <"$out/$name.txt")" "$(sha256sum <"$out/$name.txt")"
  reference=${reference:-$name}
  if ! cmp -s "$out/$reference.txt" "$out/$name.txt"; then
    broken=$((broken + 1))
    show_difference "$name"
  fi
done
say "${#builds[@]} builds, $broken differ from $reference, in $SECONDS s"
((broken == 0))
