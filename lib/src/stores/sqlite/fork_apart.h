// Keeps a forked child's connections apart from those that it inherited.
#pragma once

namespace leasehold::stores {

/// From now on a child of this process may open the same database files as its parent.
///
/// SQLite keeps one list of open files per process, by device and inode, and what locks the process
/// has on each, because POSIX gives locks to processes. A child inherits the list and none of the
/// locks. A connection of its own would find the file in the list and believe that it is locked:
/// the parent, or anybody, could then delete the -wal under it, and the child would write grants
/// that nobody sees. So in a child each device gets another number, in that list alone: what it
/// opens is new to it, and is really locked. (sqlite.org/howtocorrupt.html, 2.6; `xSetSystemCall`
/// is how SQLite lets itself be told.)
///
/// In the process that calls it first nothing changes. False if this SQLite does not let itself be
/// told: then a child must not open anything. Thread-safe, and may be called again and again.
bool keep_children_apart();
/// True in a child, or its children, of a process that called the above.
bool in_a_child();

}  // namespace leasehold::stores
