//! The input in the playground, as other features know it.

/// Facts about that input. Kept by the playground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Whether a tool is there.
    pub has_tool: bool,
    /// Whether it declares an input schema.
    pub has_schema: bool,
    /// Whether the input is JSON, as far as that was looked at.
    pub is_json: bool,
}

impl Draft {
    /// Reason why no value can be put into the input.
    pub fn takes_no_value(self) -> Option<&'static str> {
        match self {
            Self { has_tool: false, .. } => Some("There is no tool in the playground whose input it could go into."),
            Self { has_schema: false, .. } => Some("The tool in the playground declares no input schema."),
            Self { is_json: false, .. } => Some("The input in the playground is not JSON yet."),
            _ => None,
        }
    }
}
