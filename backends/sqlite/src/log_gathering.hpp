#pragma once

#include <sqlite3.h>

namespace tenon::sqlite {

// The name of a VFS (https://sqlite.org/vfs.html) over the default one, for the connection that writes: its
// write-ahead log can gather what SQLite writes in pieces, two for each page, and hand it to the file
// system at once when SQLite asks for it to be on the disk. nullptr when it could not be registered, or the
// default is not SQLite's own for Unix; the default then.
//
// Thread safety: may be called from any thread.
[[nodiscard]] const char* gathering_vfs() noexcept;

// Lets the log of `db`, which was opened by that VFS, gather its writes, or no longer.
//
// Only for synchronous=FULL: there SQLite shows the pages of a commit to other connections after they are
// on the disk (https://sqlite.org/walformat.html, the index of the log is written last), so nobody looks
// for one that is still in memory. It does nothing where a torn write can harm what lies beside it
// (SQLITE_FCNTL_POWERSAFE_OVERWRITE is off), for there SQLite writes more after the file is synchronized.
void gather_log_writes(sqlite3* db, bool on) noexcept;

// Forgets what is gathered, after the transaction that wrote it was rolled back: SQLite tells the log
// nothing of that, and by the next call another process may have written in its place.
void forget_gathered_log(sqlite3* db) noexcept;

}  // namespace tenon::sqlite
