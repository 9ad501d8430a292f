#!/usr/bin/env bash
# One idea a file: no source, script or build file is longer than 400 lines. (clang-tidy bounds
# functions, clang-format columns.)
# Usage: sizes.sh ROOT
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$1" || exit
longest=400

files=$(
  sources_in lib sim proptests
  find . \( -path ./build -o -path ./.git \) -prune -o -type f \
    \( -name '*.cmake' -o -name CMakeLists.txt -o -name '*.sh' -o -name dev \) -print
)
[[ -n $files ]] || verdict 0 files
forbid "a file has at most $longest lines" < <(
  xargs awk -v longest=$longest 'FNR == longest + 1 {
    print FILENAME ":" FNR ": longer than " longest " lines"
  }' <<<"$files")
verdict "$(wc -l <<<"$files")" files
