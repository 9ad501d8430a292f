#!/usr/bin/env bash
# The quick start of a store's page in lib/docs, line for line, between three hosts: network namespaces of
# this machine, joined by a bridge. As root; exit code 77 where namespaces or the server can't be had.
# Usage: two_hosts_test.sh postgresql|redis|etcd PAGE COMMAND_DIRECTORY, in a directory to write in
set -euo pipefail
engine=$1 page=$2 commands=$3
net=lh$$

skip() {
  echo "not run: $*"
  exit 77
}
[[ $(id -u) -eq 0 ]] || skip "network namespaces are made by root"
case $engine in
  postgresql)
    programs=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [[ -n $programs ]] || skip "there is no PostgreSQL server here"
    programs=${programs%/initdb}
    ;;
  redis) command -v redis-server >/dev/null || skip "there is no redis-server here" ;;
  etcd) { command -v etcd && command -v etcdctl; } >/dev/null || skip "there is no etcd here" ;;
  *) echo "$engine is no server that is known here" >&2 && exit 1 ;;
esac
command -v ip >/dev/null || skip "there is no ip(8) here"

end() {
  [[ -z ${server:-} ]] || kill -QUIT "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  local host
  # A server that the page starts in the background.
  ip netns pids "${net}db" 2>/dev/null | xargs -r kill -9 || true
  for host in db one two; do ip netns del "$net$host" 2>/dev/null || true; done
  ip link del "$net" 2>/dev/null || true
  rm -rf "$PWD/data" "$PWD/appendonlydir"
}
trap end EXIT

ip link add "$net" type bridge 2>/dev/null || skip "this kernel has no bridges"
ip link set "$net" up
number=0
for host in db one two; do
  number=$((number + 1))
  ip netns add "$net$host"
  ip link add "$net$number" type veth peer name eth0 netns "$net$host"
  ip link set "$net$number" master "$net" up
  ip -n "$net$host" address add "10.77.0.$number/24" dev eth0
  ip -n "$net$host" link set eth0 up
  ip -n "$net$host" link set lo up
done
on() { ip netns exec "$net$1" "${@:2}"; }

rm -rf data appendonlydir

# Each starts the server, with the page's first block.
start_postgresql() {
  install -d -o postgres -g postgres -m 700 data
  setpriv --reuid=postgres --regid=postgres --clear-groups -- "$programs/initdb" -D "$PWD/data" -A trust -U postgres --no-sync >/dev/null
  echo "host all all 10.77.0.0/24 trust" >>data/pg_hba.conf
  # Not by a function: what is killed at the end is the server, and no shell around it.
  ip netns exec "${net}db" setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig=KILL -- "$programs/postgres" -D "$PWD/data" \
    -c listen_addresses='*' -c unix_socket_directories= >server.log 2>&1 &
  server=$!
  until on db "$programs/pg_isready" -q -h 10.77.0.1; do
    kill -0 "$server" || { cat server.log >&2; exit 1; }
    sleep 0.1
  done
  PGHOST=10.77.0.1 PGUSER=postgres on db bash -euxc "$(block 1)"
}
start_redis() {
  on db bash -euxc "$(block 1)"
  until on db redis-cli -h 10.77.0.1 --no-auth-warning -a hush ping | grep PONG; do sleep 0.1; done
}
start_etcd() {
  ip netns exec "${net}db" setpriv --pdeathsig=KILL -- etcd --data-dir "$PWD/data" --advertise-client-urls http://10.77.0.1:2379 \
    --listen-client-urls http://0.0.0.0:2379 >server.log 2>&1 &
  server=$!
  until on db env ETCDCTL_API=3 etcdctl endpoint health >/dev/null 2>&1; do
    kill -0 "$server" || { cat server.log >&2; exit 1; }
    sleep 0.1
  done
  ETCDCTL_API=3 on db bash -euxc "$(block 1)"
}

# block N: the Nth block of shell commands of the section.
block() {
  sed -n '/^## Two hosts/,/^## URLs/p' "$page" |
    awk -v wanted="$1" '/^```sh/ { n++; on = 1; next } /^```/ { on = 0 } on && n == wanted'
}
export PATH=$commands:$PATH
[[ -n $(block 1) && -n $(block 2) && -n $(block 3) ]] || { echo "$page has no quick start" >&2; exit 1; }
"start_$engine"
on one bash -euxc "$(block 2)" >one.log 2>&1 &
first=$!
store=$(block 3 | sed -n 's/.*--store \([^ ]*\).*/\1/p' | head -n 1)
# The second begins while the first has the lock.
until on two leasehold status --store "$store" 2>/dev/null | grep -q '^report'; do
  kill -0 "$first" || { cat one.log >&2; exit 1; }
  sleep 0.05
done
on two bash -euxc "$(block 3)" | tee two.log
wait "$first" || { cat one.log >&2; exit 1; }
grep -x 'mine now' two.log >/dev/null
grep '^report' two.log >/dev/null
echo "the second took over when the first had ended"
