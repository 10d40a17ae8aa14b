//! A client of one server, over streamable HTTP or a process of its own.
