#!/usr/bin/env bash
# Includes go one way: proptests -> sim -> lib, and in lib: client, stores, runtime, shell -> core -> time.
# Usage: arrows.sh ROOT
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$1" || exit

# Every include of the given directories as "file:line: <what>" or "file:line: "what"".
includes_in() {
  local files
  files=$(sources_in "$@")
  [[ -n $files ]] || return 0
  xargs awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*/) {
    print FILENAME ":" FNR ": " substr($0, RLENGTH + 1)
  }' <<<"$files"
}
# Of the includes on standard input, those whose name matches (keep) or does not (drop).
keep() { grep -E ": [<\"]($1)" || true; }
drop() { grep -vE ": ($1)" || true; }

forbid 'a header of this tree is named from the root of the repository' < <(
  includes_in lib sim proptests | grep -E ': "' | drop '"(lib|sim|proptests)/[^"]*"' |
    grep -v '^lib/examples/' || true)
forbid 'lib knows neither the simulator nor the property tests' < <(
  includes_in lib | keep 'sim/|proptests/')
forbid 'sim does not know the property tests' < <(includes_in sim | keep 'proptests/')
forbid 'an installed header includes only the standard library and <leasehold/...>' < <(
  includes_in lib/include | drop '<leasehold/[a-z0-9_/]+\.h>|<[a-z0-9_]+>')
forbid 'an installed header is named as <leasehold/...>' < <(
  includes_in lib sim proptests | keep 'lib/include/|leasehold/' | drop '<leasehold/')
# But for the etcd store, which speaks JSON with its servers and shows it to nobody.
forbid 'the library pulls in no JSON, no option parser and no test framework' < <(
  includes_in lib/src lib/include | keep 'nlohmann/|CLI/|gtest/|gmock/|rapidcheck|lib/src/stores/etcd/json\.h' |
    grep -vE '^lib/src/stores/etcd/[^:]*:[0-9]+: (<nlohmann/json\.hpp>|"lib/src/stores/etcd/json\.h")$' || true)
forbid 'core and time know nothing of shell, stores, runtime and client' < <(
  includes_in lib/src/core lib/src/time | keep 'lib/src/(shell|stores|runtime|client)/|leasehold/(memory_store|client|lock)\.h')
forbid 'time knows nothing of core' < <(includes_in lib/src/time | keep 'lib/src/core/')
forbid 'what ships does not include what tests it' < <(
  includes_in lib/src lib/include sim | grep -v '^sim/tests/' | keep '(lib|sim)/tests/')

verdict "$(includes_in lib sim proptests | wc -l)" includes
