#!/usr/bin/env bash
# A stranger's first steps with the installed tree: two lines of CMake, or pkg-config, and the command.
# Usage: package_test.sh CMAKE BUILD_DIRECTORY SOURCE_DIRECTORY CXX, in a directory to write in
set -euo pipefail
cmake=$1 build=$2 source=$3 cxx=$4
rm -rf built moved app
# completions WORD...: what bash offers for the last word of a command line, one a line.
completions() {
  bash -c 'source "$1"; shift; COMP_WORDS=(leasehold "$@"); COMP_CWORD=$#; _leasehold
    printf "%s\n" "${COMPREPLY[@]}"' - "$prefix/share/bash-completion/completions/leasehold" "$@"
}
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
foreach(example IN ITEMS counter leader)
  add_executable(${example} ${example}.cc)
  target_link_libraries(${example} PRIVATE leasehold::leasehold SQLite::SQLite3)
endforeach()
add_library(map_store map_store.cc)
target_link_libraries(map_store PRIVATE leasehold::conformance)
TEXT
if find "$prefix" \( -name '*.cmake' -o -name '*.pc' -o -name '*.h' \) -print0 |
  xargs -0 grep -lF -e "$source" -e "$build" -e "$PWD/built"; then
  echo "the files above name the directory that they were built in" >&2
  exit 1
fi
"$cmake" -S app -B app/build -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" >/dev/null
"$cmake" --build app/build -j 2 >/dev/null
cd app
build/first_lock | tee /dev/stderr | grep -q "step 3 under term 1"
build/counter | tee /dev/stderr | grep -q "counted 100 after 100 increments"
if command -v pkg-config >/dev/null; then
  pc=$(dirname "$(find "$prefix" -name leasehold.pc)")
  # shellcheck disable=SC2046 # words, as a Makefile has them
  "$cxx" -std=c++20 first_lock.cc -o by_pkg_config $(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs leasehold)
  ./by_pkg_config | tee /dev/stderr | grep -q "step 3 under term 2"
else
  echo "pkg-config is not here: leasehold.pc was not tried"
fi
"$prefix"/bin/leasehold run --store sqlite:locks.db --key deploy -- sh -c 'echo "term $LEASEHOLD_TERM"' |
  tee /dev/stderr | grep -q '^term [23]$'
"$prefix"/bin/leasehold status --store sqlite:locks.db --all | grep -q '^deploy'
"$prefix"/bin/leasehold-sim --version

# Every verb and option that the command knows stands in its page, and is completed.
page=$prefix/share/man/man1/leasehold.1
for verb in $("$prefix"/bin/leasehold --help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p'); do
  grep -q "^.SS \"$verb\"" "$page"
  for option in $("$prefix"/bin/leasehold "$verb" --help | grep -o -- '--[a-z][a-z-]*' | sort -u); do
    grep -qF -- "${option//-/\\-}" "$page" || { echo "$verb $option is not in the page" >&2; exit 1; }
    completions "$verb" "$option" | grep -xF -- "$option" >/dev/null || { echo "$verb $option is not completed" >&2; exit 1; }
  done
done
[[ $(completions st) == status ]]
[[ $(completions run --on-lost k) == kill ]]
[[ -z $(completions run --key --) ]]
