#!/usr/bin/env bash
# The core decides and does nothing else: its object code calls no clock, no thread or lock, no
# source of randomness, no environment, no file and no socket. Memory, formatting and abort are free.
# Usage: core_symbols.sh NM LIBRARY
# shellcheck source=cmake/checks/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
nm=$1 library=$2

time='clock(_[a-z]+)?|gettimeofday|settimeofday|time|times|ftime|timespec_get|(local|gm|mk)time(_r)?'
time+='|strftime|timer_[a-z]+|timerfd_[a-z]+|[gs]etitimer|alarm|(nano|u)?sleep|sched_[a-z_]+'
threads='(pthread|thrd|mtx|cnd|tss|sem)_[a-z_]+|futex|syscall|call_once'
random='getrandom|getentropy|arc4random[a-z_]*|s?rand(om)?(_r)?|[a-z]rand48(_r)?'
environment='(secure_)?getenv|setenv|putenv|unsetenv|environ|get(p|pp|t|u|g|eu|eg)id|gethostname|uname'
environment+='|sysconf|v?fork|exec[lv][a-z]*|system|popen|dlopen|dlsym|kill|raise|signal|sigaction'
files='(open|openat|creat|p?read|p?write|lseek|mmap|munmap|f?stat|unlink|rename|ftruncate)(64)?'
files+='|readv|writev|close|f(open|dopen|reopen|read|gets|getc|scanf)(64)?|getc(har)?|scanf|ioctl|fcntl'
files+='|flock|fsync|fdatasync|socket|bind|connect|listen|accept4?|send(to|msg)?|recv(from|msg)?'
files+='|p?poll|p?select|epoll_[a-z]+|eventfd|pipe2?|getaddrinfo'
cxx='std::chrono::.*::now\(|std::random_device|std::j?thread|std::this_thread|std::condition_variable'
cxx+='|std::(recursive_|timed_|shared_)*mutex|std::__once|std::__throw_system_error|std::filesystem'
cxx+='|std::basic_([io]?fstream|filebuf)|std::c(in|out|err|log)$|std::ios_base::Init|std::locale::'

# "symbol" per line: without its address and type letter, without glibc's fortified spelling
# (__read_chk), and without what the sanitizers of some presets add.
symbols=$("$nm" -C --undefined-only "$library" | sed -nE 's/^ +[UwWvV] //p' |
  sed -E 's/^__([a-z0-9_]+)_chk$/\1/' |
  grep -vE '^__(asan|lsan|tsan|ubsan|sancov|sanitizer)_' | sort -u || true)
[[ -n $symbols ]] || verdict 0 symbols

forbid "$(basename "$library") must not call these" < <(
  grep -E "^(__)?($time|$threads|$random|$environment|$files)\$|^($cxx)" <<<"$symbols" || true)
verdict "$(wc -l <<<"$symbols")" 'undefined symbols'
