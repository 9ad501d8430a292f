// What the `leasehold` command says with its exit code.
#pragma once

namespace leasehold::cli {

inline constexpr int exit_ok = 0;
/// The answer to the question that was asked is no: not held, not sane.
inline constexpr int exit_no = 1;
/// Somebody else has the lock (EX_TEMPFAIL of sysexits.h). `-E` names another one.
inline constexpr int exit_busy = 75;
/// The lease was lost and the command was stopped (as `timeout` of GNU coreutils says it).
inline constexpr int exit_lost = 124;
/// Leasehold itself failed: usage, or the store.
inline constexpr int exit_failed = 125;
/// The command was found but can't be run; it was not found (POSIX shells, `env`).
inline constexpr int exit_cannot_run = 126;
inline constexpr int exit_not_found = 127;
/// Died of signal n: 128 + n, as POSIX shells say it.
inline constexpr int exit_signal = 128;

}  // namespace leasehold::cli
