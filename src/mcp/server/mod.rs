//! A server of tools, for any client, over standard input and output or HTTP on loopback.
