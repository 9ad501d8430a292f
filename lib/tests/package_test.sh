#!/usr/bin/env bash
# A stranger's first steps with the installed tree: two lines of CMake, and the command.
# Usage: package_test.sh archive|shared CMAKE BUILD_DIRECTORY SOURCE_DIRECTORY CXX NM, in a directory to
# write in. `archive` installs what was built, `shared` builds the shared library first.
set -euo pipefail
kind=$1 cmake=$2 build=$3 source=$4 cxx=$5 nm=$6
rm -rf built moved app

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# completions WORD...: what bash offers for the last word of a command line, one a line.
completions() {
  bash -c 'source "$1"; shift; COMP_WORDS=(leasehold "$@"); COMP_CWORD=$#; _leasehold
    printf "%s\n" "${COMPREPLY[@]}"' - "$prefix/share/bash-completion/completions/leasehold" "$@"
}

build_shared() {
  build=$PWD/shared
  "$cmake" -S "$source" -B "$build" -DCMAKE_CXX_COMPILER="$cxx" -DLEASEHOLD_SHARED=ON -DLEASEHOLD_WERROR=ON \
    -DLEASEHOLD_BUILD_TESTS=OFF -DLEASEHOLD_BUILD_CLI=OFF -DLEASEHOLD_BUILD_SIM=OFF >/dev/null
  "$cmake" --build "$build" -j 2 >/dev/null
}

# The library shows what its headers mark, and of the standard library what the compiler puts into every
# program; nothing of what is behind them. Its soname changes when an old program would not run.
check_shared() {
  local library version shown marked
  library=$(find "$prefix" -name 'libleasehold.so')
  [[ -z $(find "$prefix" -name 'libleasehold*.a' ! -name 'libleasehold_conformance.a') ]] ||
    fail "archives are installed beside the shared library"
  version=$(sed -n 's/^Version: //p' "$(find "$prefix" -name leasehold.pc)")
  [[ $version == 0.* ]] || fail "from 1.0 on the soname is the major version alone: teach this test"
  readelf -d "$library" | grep -F "[libleasehold.so.${version%.*}]" >/dev/null ||
    fail "the soname of $library is not libleasehold.so.${version%.*}"
  # A name that is shown, or the class that it belongs to; what stands behind "LEASEHOLD_API".
  marked=$(grep -rh '^[^/]*LEASEHOLD_API' "$prefix/include" | grep -oE '\w+( final)?( :| \{|\()' | sed 's/\W.*//')
  shown=$("$nm" -D --defined-only -C "$library" | sed -E 's/^[0-9a-f]* //' | sort -u)
  grep -F 'T leasehold::Guard::is_held() const' >/dev/null <<<"$shown" || fail "$library lacks the public names"
  # V, W and u are weak or unique: vtables and inlines, of the standard library too.
  if grep -vE '^[VWu] (.*[ *&])?(std|__gnu_cxx)::' <<<"$shown" |
    sed -E 's/^[A-Za-z] (typeinfo name for |typeinfo for |vtable for )?leasehold::([A-Za-z_]+)(::[^T(].*|\[.*|\(.*)?$/\2/' |
    sort -u | grep -vxF "$marked"; then
    fail "$library shows the names above, which no header marks as LEASEHOLD_API"
  fi
}

check_command() {
  local page verb option
  "$prefix"/bin/leasehold run --store sqlite:locks.db --key deploy -- sh -c 'echo "term $LEASEHOLD_TERM"' |
    tee /dev/stderr | grep -q '^term 2$'
  "$prefix"/bin/leasehold status --store sqlite:locks.db --all | grep -q '^deploy'
  "$prefix"/bin/leasehold-sim --version
  # Every verb and option that the command knows stands in its page, and is completed.
  page=$prefix/share/man/man1/leasehold.1
  for verb in $("$prefix"/bin/leasehold --help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^.SS \"$verb\"" "$page"
    for option in $("$prefix"/bin/leasehold "$verb" --help | grep -o -- '--[a-z][a-z-]*' | sort -u); do
      grep -qF -- "${option//-/\\-}" "$page" || fail "$verb $option is not in the page"
      completions "$verb" "$option" | grep -xF -- "$option" >/dev/null || fail "$verb $option is not completed"
    done
  done
  [[ $(completions st) == status ]]
  [[ $(completions run --on-lost k) == kill ]]
  [[ -z $(completions run --key --) ]]
}

[[ $kind == archive ]] || build_shared
"$cmake" --install "$build" --prefix "$PWD/built" >/dev/null
# What was installed may be moved: nothing in it knows where it was made.
mv built moved
prefix=$PWD/moved
mkdir app
cp "$source"/lib/examples/*.cc "$source"/lib/examples/*.h app
cat >app/CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(app CXX)
find_package(leasehold 0.1 REQUIRED)
add_executable(first_lock first_lock.cc)
target_link_libraries(first_lock PRIVATE leasehold::leasehold)
find_package(SQLite3 REQUIRED)
foreach(example IN ITEMS counter leader)
  add_executable(${example} ${example}.cc)
  target_link_libraries(${example} PRIVATE leasehold::leasehold SQLite::SQLite3)
endforeach()
add_executable(kit map_store.cc kit.cc)
target_link_libraries(kit PRIVATE leasehold::conformance)
TEXT
# The stores that were built: each is a component that is asked for by name.
for store in $(find "$prefix" -name 'leasehold-*-targets.cmake' | sed -n 's/.*leasehold-\([a-z]*\)-targets\.cmake/\1/p'); do
  cat >>app/CMakeLists.txt <<TEXT
find_package(leasehold 0.1 REQUIRED COMPONENTS $store)
add_executable(uses_$store uses_$store.cc)
target_link_libraries(uses_$store PRIVATE leasehold::$store)
TEXT
  # Nobody listens at port 1.
  cat >"app/uses_$store.cc" <<TEXT
#include <cstdio>
#include <leasehold/client.h>
#include <leasehold/${store}_store.h>
int main() {
  leasehold::add_$store();
  const auto store = leasehold::open_store("$(case $store in postgres) echo postgresql ;; *) echo "$store" ;; esac)://127.0.0.1:1/");
  std::puts(store ? "opened" : to_string(store.error().kind));
}
TEXT
done
# The conformance kit, on a store that is the library's.
cat >app/kit.cc <<'TEXT'
#include <iostream>
#include <leasehold/client.h>
#include <leasehold/call_site.h>
#include <leasehold/conformance.h>
#include <thread>
struct Subject : leasehold::conformance::Subject {
  std::unique_ptr<leasehold::Store> made = *leasehold::open_store("memory:");
  leasehold::Store& store() override { return *made; }
  leasehold::Length lease() override { return std::chrono::milliseconds(300); }
  void pass(leasehold::Length length) override { std::this_thread::sleep_for(length); }
  leasehold::Length now() override { return std::chrono::steady_clock::now().time_since_epoch(); }
};
int main() {
  if (leasehold::CallSite::here().text() == "?") return 1;
  Subject subject;
  return leasehold::conformance::run_all(subject, std::cout) ? 0 : 1;
}
TEXT
if find "$prefix" \( -name '*.cmake' -o -name '*.pc' -o -name '*.h' \) -print0 |
  xargs -0 grep -lF -e "$source" -e "$build" -e "$PWD/built"; then
  fail "the files above name the directory that they were built in"
fi
"$cmake" -S app -B app/build -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" >/dev/null
"$cmake" --build app/build -j 2 >/dev/null
cd app
build/first_lock | tee /dev/stderr | grep -q "step 3 under term 1"
build/counter | tee /dev/stderr | grep -q "counted 100 after 100 increments"
build/kit
for program in build/uses_*; do
  [[ ! -x $program ]] || "$program" | grep -xF not_applied >/dev/null || fail "$program: the store is not what it should be"
done
if [[ $kind == archive ]]; then check_command; else check_shared; fi
