//! Errors of JSON-RPC, sorted by whose fault they are.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::fault::McpFault;
use crate::domain::{AnswerBody, Fault, FaultKind, JsonText, Untrusted};
use crate::redact;

/// The user is wanted at a page before the request can go on. MCP 2025-11-25, “URL elicitation required”.
pub(super) const URL_ELICITATION_REQUIRED: i64 = -32042;

/// The version of the protocol is not spoken. MCP 2026-07-28.
pub(super) const UNSUPPORTED_VERSION: i64 = -32022;

/// Unknown method. JSON-RPC 2.0, section 5.1.
pub(super) const METHOD_NOT_FOUND: i64 = -32601;

/// Refused parameters. JSON-RPC 2.0, section 5.1.
const INVALID_PARAMS: i64 = -32602;

/// Unknown resource. MCP up to 2025-11-25.
const RESOURCE_NOT_FOUND: i64 = -32002;

/// Bytes of an error that a fault keeps.
const KEPT: usize = 16 << 10;

/// Member `error` of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RpcError {
    /// Its code; 0 where none is told.
    pub code: i64,
    /// The server's words.
    pub message: String,
    /// What it adds.
    pub data: Option<JsonText>,
    /// The whole of it as it came.
    pub raw: JsonText,
}

impl RpcError {
    /// Reads the member, whatever it is: errors are often made by hand.
    pub fn read(raw: &RawValue) -> Self {
        #[derive(Deserialize)]
        struct Parts<'a> {
            code: Option<Value>,
            message: Option<Value>,
            #[serde(borrow)]
            data: Option<&'a RawValue>,
        }
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let whole = JsonText::from(raw.to_owned());
        match serde_json::from_str::<Parts<'_>>(raw.get()) {
            Ok(Parts { code, message, data }) => Self {
                code: code.as_ref().and_then(Value::as_i64).unwrap_or_default(),
                message: message.map(text).unwrap_or_default(),
                data: data.map(|data| JsonText::from(data.to_owned())),
                raw: whole,
            },
            Err(_) => {
                let message = serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
                Self { code: 0, message, data: None, raw: whole }
            }
        }
    }

    /// The fault behind it, for a request with this method to the server of this name.
    pub fn fault(&self, method: &str, server: &str) -> McpFault {
        let (kind, message) = self.sorted(method, server);
        let mut fault = Fault::new(kind, message).said(self.message.as_str());
        fault.code = (self.code != 0).then(|| Untrusted::from(self.code.to_string()));
        if self.raw.bytes().len() <= KEPT {
            fault.answer = Some(Box::new(AnswerBody(redact::json(&self.raw).json)));
        }
        McpFault::Other(fault)
    }

    fn sorted(&self, method: &str, server: &str) -> (FaultKind, String) {
        let said = self.message.to_lowercase();
        let is_call = method == "tools/call";
        let unknown = said.contains("unknown tool") || (said.contains("tool") && said.contains("not found"));
        match self.code {
            INVALID_PARAMS | METHOD_NOT_FOUND if is_call && unknown => {
                (FaultKind::NotFound, format!("{server} does not have this tool."))
            }
            INVALID_PARAMS if method == "resources/read" && said.contains("not found") => {
                (FaultKind::NotFound, format!("{server} does not have this resource."))
            }
            INVALID_PARAMS if method == "prompts/get" && (said.contains("not found") || said.contains("unknown")) => {
                (FaultKind::NotFound, format!("{server} does not have this prompt."))
            }
            INVALID_PARAMS => (FaultKind::InvalidInput, format!("{server} refused the input.")),
            METHOD_NOT_FOUND => (FaultKind::NotOffered, format!("{server} does not know {method}.")),
            RESOURCE_NOT_FOUND if method == "resources/read" => {
                (FaultKind::NotFound, format!("{server} does not have this resource."))
            }
            _ => (FaultKind::ProviderFailed, format!("{server} answered {method} with an error.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> RpcError {
        RpcError::read(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn errors_are_sorted_by_whose_fault_they_are() {
        for (error, method, kind) in [
            (r#"{"code":-32602,"message":"Unknown tool: nope"}"#, "tools/call", FaultKind::NotFound),
            (r#"{"code":-32602,"message":"Tool nope not found"}"#, "tools/call", FaultKind::NotFound),
            (r#"{"code":-32602,"message":"a is required"}"#, "tools/call", FaultKind::InvalidInput),
            (r#"{"code":-32601,"message":"Method not found"}"#, "prompts/list", FaultKind::NotOffered),
            (r#"{"code":-32002,"message":"Resource not found"}"#, "resources/read", FaultKind::NotFound),
            (r#"{"code":-32603,"message":"boom"}"#, "tools/call", FaultKind::ProviderFailed),
            (r#"{"code":500,"message":"boom"}"#, "tools/call", FaultKind::ProviderFailed),
        ] {
            let fault = Fault::from(read(error).fault(method, "acme.dev"));
            assert_eq!(fault.kind, kind, "{error}");
            assert!(fault.code.is_some() && fault.said.is_some() && fault.message.contains("acme.dev"), "{fault:?}");
        }
    }

    #[test]
    fn errors_that_are_none_still_have_words() {
        assert_eq!(read(r#""it broke""#).message, "it broke");
        assert_eq!(read("[1]").message, "[1]");
        let odd = read(r#"{"code":"x","message":{"a":1}}"#);
        assert_eq!((odd.code, odd.message.as_str()), (0, r#"{"a":1}"#));
        assert_eq!(read("{}").fault("tools/call", "acme.dev").fault().said, None);
    }

    #[test]
    fn what_an_error_repeats_is_kept_without_credentials() {
        let error = read(r#"{"code":-1,"message":"no","data":{"access_token":"hunter2hunter2"}}"#);
        let fault = Fault::from(error.fault("tools/call", "acme.dev"));
        assert!(!fault.answer.unwrap().0.raw().contains("hunter2"));
    }
}
