#!/usr/bin/env bash
# What `pkg-config leasehold` says of an installed tree is enough to compile and run README's example.
# Usage: pkg_config_test.sh PREFIX SOURCE_DIRECTORY CXX, in a directory to write in; exit code 77 if there
# is no pkg-config here.
set -euo pipefail
prefix=$1 source=$2 cxx=$3
command -v pkg-config >/dev/null || {
  echo "pkg-config is not here: leasehold.pc was not tried"
  exit 77
}
pc=$(find "$prefix" -name leasehold.pc)
[[ -n $pc ]] || {
  echo "no leasehold.pc under $prefix" >&2
  exit 1
}
rm -rf by_pkg_config && mkdir by_pkg_config && cd by_pkg_config
export PKG_CONFIG_PATH=${pc%/*}
# shellcheck disable=SC2046 # words, as a Makefile has them
"$cxx" -std=c++20 "$source/lib/examples/first_lock.cc" -o first_lock $(pkg-config --cflags --libs leasehold)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir leasehold) ./first_lock | tee /dev/stderr | grep -q "step 3 under term 1"
