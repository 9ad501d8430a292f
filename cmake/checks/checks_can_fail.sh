#!/usr/bin/env bash
# Tests the checks: each passes on a small good tree and fails on that tree with one thing wrong.
# Usage: checks_can_fail.sh CXX NM
set -euo pipefail
checks=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cxx=$1 nm=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cases=0 failures=0

good_tree() {
  rm -rf "$work/tree"
  mkdir -p "$work"/tree/{lib/{include/leasehold,src/{core,time,stores}},sim/{world,cli}}
  cd "$work/tree"
  printf '%s\n' '#pragma once' '#include <cstdint>' >lib/include/leasehold/time.h
  printf '%s\n' '#include "lib/src/core/machine.h"' >lib/src/core/machine.cc
  printf '%s\n' '#pragma once' '#include <leasehold/time.h>' >lib/src/core/machine.h
  printf '%s\n' '#include "lib/src/core/machine.h"' '// A double acquire.' >sim/world/world.cc
  printf '%s\n' '#include <CLI/CLI.hpp>' 'double seconds();' >sim/cli/main.cc
  echo 'add_library(core src/core/machine.cc include/leasehold/time.h)' >lib/CMakeLists.txt
  echo 'add_library(sim world/world.cc cli/main.cc)' >sim/CMakeLists.txt
}

# Runs a check and compares its exit with what is expected ("passes" or "fails").
expect() {
  local expected=$1 what=$2 got=passes
  shift 2
  cases=$((cases + 1))
  "$@" >"$work/output" 2>&1 || got=fails
  [[ $got == "$expected" ]] && return
  failures=$((failures + 1))
  echo "$what: expected that $(basename "$1") $expected, but it $got:" >&2
  sed 's/^/    /' "$work/output" >&2
}

# with FILE LINE: CHECK fails on the good tree with that line added to that file.
fails_with() {
  local check=$1 file=$2 line=$3
  good_tree
  mkdir -p "$(dirname "$file")"
  echo "$line" >>"$file"
  expect fails "$file with '$line'" "$checks/$check.sh" .
}

# Of what a person may be shown.
shows() {
  good_tree
  mkdir lib/tests
  echo 'lib/src/stores/record.cc: the key has … bytes: shorten it' >lib/tests/messages.txt
  echo "$1" >lib/src/stores/record.cc
}

core_calling() {
  printf '%s\n' "$1" >"$work/core.cc"
  "$cxx" -std=c++20 -c "$work/core.cc" -o "$work/core.o"
  rm -f "$work/core.a"
  ar cr "$work/core.a" "$work/core.o"
}

good_tree
for check in arrows determinism listed sizes; do expect passes 'the good tree' "$checks/$check.sh" .; done
mkdir "$work/empty"
for check in arrows determinism listed sizes; do
  expect fails 'an empty tree' "$checks/$check.sh" "$work/empty"
done

fails_with arrows lib/src/core/machine.cc '#include "sim/world/world.h"'
fails_with arrows lib/src/core/machine.cc '#include "proptests/worlds.h"'
fails_with arrows sim/world/world.cc '#include "proptests/worlds.h"'
fails_with arrows sim/world/world.cc '#include "sim/tests/worlds.h"'
fails_with arrows sim/world/world.cc '#include "world.h"'
fails_with arrows sim/world/world.cc '#include "leasehold/time.h"'
fails_with arrows lib/include/leasehold/time.h '#include "lib/src/core/machine.h"'
fails_with arrows lib/include/leasehold/time.h '#include <sqlite3.h>'
fails_with arrows lib/src/core/machine.h '#include <nlohmann/json.hpp>'
fails_with arrows lib/src/stores/sqlite/records.cc '#include <nlohmann/json.hpp>'
fails_with arrows lib/src/stores/record.cc '#include "lib/src/stores/etcd/json.h"'
fails_with arrows lib/src/stores/etcd/session.cc '#include <CLI/CLI.hpp>'
good_tree
mkdir lib/src/stores/etcd
echo '#include <nlohmann/json.hpp>' >lib/src/stores/etcd/json.h
expect passes 'JSON in the etcd store' "$checks/arrows.sh" .
fails_with arrows lib/src/core/machine.cc '#  include "lib/src/stores/record.h"'
fails_with arrows lib/src/time/timing.cc '#include "lib/src/core/machine.h"'

fails_with determinism sim/world/world.cc 'std::random_device entropy;'
fails_with determinism sim/world/world.cc 'std::uniform_int_distribution<int> die(1, 6);'
fails_with determinism sim/world/world.cc 'std::mt19937_64 engine;'
fails_with determinism sim/world/world.cc 'auto t = std::chrono::steady_clock::now();'
fails_with determinism sim/world/world.cc 'std::unordered_map<int, int> m;  // fast'
fails_with determinism sim/world/world.cc 'return draw.pick(moments) + Length(draw.within(-1, 1));'
fails_with determinism lib/src/core/machine.cc 'double rate = 1; // "'
fails_with determinism lib/src/time/timing.cc 'f("a//b", float{});'

fails_with listed lib/src/stores/record.cc '// New, and nobody listed it.'
fails_with listed lib/include/leasehold/lock.h '// New, and nobody installs it.'
fails_with listed lib/src/core/hash.cc '# machine.cc is listed, this is not.'
fails_with sizes lib/src/core/machine.cc "$(yes '//' | head -n 400)"

shows 'auto f(int n) { return "the key has " + text(n) + " bytes: " "shorten it"; }'
expect passes 'the text that is listed' "$checks/messages.py" .
shows 'auto f(int n) { return "the key has " + text(n) + " bytes: " "so what"; }  // "shorten it"'
expect fails 'another text' "$checks/messages.py" .
shows 'auto f(int n) { return "the key has " + text(n) + " bytes: shorten it"; } auto g = "it went wrong";'
expect fails 'a text that is not listed' "$checks/messages.py" .
shows 'auto f = "SELECT key FROM t";'
expect fails 'a list of what is in no source' "$checks/messages.py" .

core_calling 'void* f() { return new int; }'
expect passes 'operator new' "$checks/core_symbols.sh" "$nm" "$work/core.a"
core_calling '#include <cstdio>
#include <cstdlib>
#include <cstring>
void f(char* a, const char* b) { std::memcpy(a, b, 9); std::fprintf(stderr, "%s", a); std::abort(); }'
expect passes 'memcpy, fprintf, abort' "$checks/core_symbols.sh" "$nm" "$work/core.a"
for call in \
  '#include <chrono>
   auto f() { return std::chrono::steady_clock::now(); }' \
  '#include <ctime>
   auto f() { return std::time(nullptr); }' \
  '#include <mutex>
   void f(std::mutex& m) { std::lock_guard lock(m); }' \
  '#include <thread>
   void f() { std::thread([] {}).detach(); }' \
  '#include <random>
   unsigned f() { return std::random_device{}(); }' \
  '#include <cstdlib>
   int f() { return std::rand(); }' \
  '#include <cstdlib>
   char* f() { return std::getenv("HOME"); }' \
  '#include <unistd.h>
   long f(char* p) { return read(0, p, 1) + getpid(); }'; do
  core_calling "$call"
  expect fails "$call" "$checks/core_symbols.sh" "$nm" "$work/core.a"
done

echo "$cases cases, $failures failures"
((failures == 0))
