#!/usr/bin/env bash
# `leasehold-sim schema`. usage: schema.sh PATH_OF_LEASEHOLD_SIM, from the root of the repository
# shellcheck source=sim/tests/cli/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# One source of truth: what was built in is what lies in the tree, byte for byte.
expect 0 schema
check cmp "$folder/out" scenarios/schema.json
refuses 'found "more"' schema more
verdict
