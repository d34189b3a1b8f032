#pragma once

namespace tenon::sqlite {

/// Makes SQLite stop counting the memory of the process, which it does under one lock that all connections
/// take for each allocation (https://sqlite.org/malloc.html#memory_statistics). Does nothing where SQLite
/// is in use already. Once in a process; safe to call from several threads, but not while another thread
/// uses SQLite for the first time by itself (https://sqlite.org/c3ref/config.html).
void stop_memory_statistics() noexcept;

}  // namespace tenon::sqlite
