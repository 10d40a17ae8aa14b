//! Way that a call came.

/// Way that a call came. An extension of the request where that is not told by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOrigin {
    Rest,
    #[cfg_attr(not(feature = "sdk"), allow(dead_code))]
    Grpc,
    Mcp,
    Proxy,
}

impl CallOrigin {
    /// Word for it in the log of calls, which knows no difference between REST and gRPC. Reference: section 3.6.
    pub fn logged(self) -> &'static str {
        match self {
            Self::Rest | Self::Grpc => "API",
            Self::Mcp => "MCP",
            Self::Proxy => "PROXY",
        }
    }

    /// Word for it where the difference counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rest => "REST",
            Self::Grpc => "GRPC",
            Self::Mcp | Self::Proxy => self.logged(),
        }
    }
}
